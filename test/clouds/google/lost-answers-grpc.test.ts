import { afterAll, beforeAll, describe, vi } from 'vitest';
import type { firestore } from '../../../functions/adapters/google/firestore-client.ts';
import type { Subscriptions } from '../../../functions/adapters/google/subscriptions.ts';
import { jitteredPause, systemClock } from '../../../functions/runtime/system.ts';
import { findEngines } from '../../../scripts/clouds/google/find-engines.ts';
import { readCollections } from '../../../scripts/clouds/google/read-stores.ts';
import { type RunningEngines, startEngines } from '../../../scripts/clouds/google/start-engines.ts';
import { createWorkspace } from '../../../scripts/platform/process/workspace.ts';
import { collections } from '../../../scripts/sale/check/document-rows.ts';
import { fateTests, rivalTests } from '../../support/lost-answer-tests.ts';
import type { Faults, Request, Shop, ShopPorts } from '../../support/lost-answers.ts';
import { memorySystem } from '../../support/memory-system.ts';
import { signer, signToken } from '../../support/tokens/signed-token.ts';
import { findViolations } from '../stored-rows.ts';
import { type Host, serveFunctions } from './framework-host.ts';
import { type GrpcLoss, type GrpcProxy, startGrpcProxy } from './grpc-proxy.ts';

// Runs each write of the API through the real functions-framework, @google-cloud/firestore and @google-cloud/pubsub, with
// the clients' own retries, over gRPC. Google's emulators replace Firestore and Pub/Sub (the npm fallback does on a machine
// without them), behind a proxy that loses the answers of commits and publishes.

vi.setConfig({ testTimeout: 120_000 });

const { token, jwks } = await signToken();
const workspace = createWorkspace();
const queue = 'order-requests';
const waitMs = 1_000;
let engines: RunningEngines;
let proxies: readonly GrpcProxy[];
let host: Host;
let db: ReturnType<typeof firestore>;
let pubsub: Subscriptions;
let ports: ShopPorts;

beforeAll(async () => {
  engines = await startEngines(findEngines(), workspace);
  const { FIRESTORE_EMULATOR_HOST: documents = '', PUBSUB_EMULATOR_HOST: messages = '' } = engines.env;
  const [documentProxy, messageProxy] = await Promise.all([
    startGrpcProxy(documents, ['Commit']),
    startGrpcProxy(messages, ['Publish']),
  ]);
  proxies = [documentProxy, messageProxy];
  host = await serveFunctions(['intake', 'stock'], ['intake', 'stock'], {
    ...engines.env,
    ...{ FIRESTORE_EMULATOR_HOST: documentProxy.host, PUBSUB_EMULATOR_HOST: messageProxy.host },
    ...{ OIDC_ISSUER: signer.issuer, OIDC_AUDIENCE: signer.audience, OIDC_JWKS: jwks },
    ...{ FIRESTORE_DATABASE: 'local', ORDER_TOPIC: queue, EVENT_TOPIC: 'order-events' },
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  await openDirect();
}, 60_000);

/** Clients of the engines, without the proxies. They read the environment when they are created. */
async function openDirect(): Promise<void> {
  for (const [name, value] of Object.entries(engines.env)) vi.stubEnv(name, value);
  vi.resetModules();
  const [client, pulls, messaging, order, ledger, product, stock] = await Promise.all([
    import('../../../functions/adapters/google/firestore-client.ts'),
    import('../../../functions/adapters/google/subscriptions.ts'),
    import('../../../functions/adapters/google/messaging.ts'),
    import('../../../functions/adapters/google/orders.ts'),
    import('../../../functions/adapters/google/ledger.ts'),
    import('../../../functions/adapters/google/products.ts'),
    import('../../../functions/adapters/google/stock.ts'),
  ]);
  db = client.firestore('local');
  pubsub = await pulls.subscriptions();
  await Promise.all([queue, 'order-events'].map((topic) => pubsub.createTopic(topic)));
  await pubsub.create({ name: queue, topic: queue, ackDeadlineSeconds: 60 });
  ports = {
    ...memorySystem().ports,
    orders: order.orderStore(db),
    ledger: ledger.orderLedger(db),
    products: { ...product.productReader(db), ...product.productWriter(db) },
    stock: { ...stock.stockLevels(db), ...stock.stockSupply(db) },
    queue: messaging.orderQueue(queue),
    clock: systemClock,
    meter: { count: () => {} },
    pause: jitteredPause,
  };
}

afterAll(async () => {
  host.close();
  for (const proxy of proxies) proxy.close();
  await Promise.all([pubsub.close(), db.terminate()]);
  engines.stop();
  workspace.remove();
});

async function takeQueued(): Promise<number> {
  const messages = await pubsub.pull(queue, 100, waitMs);
  await Promise.all(messages.map(({ acknowledge }) => acknowledge()));
  return messages.length;
}

async function empty(): Promise<void> {
  const found = await Promise.all(collections.map((name) => db.collection(name).get()));
  const batch = db.batch();
  for (const { ref } of found.flatMap(({ docs }) => docs)) batch.delete(ref);
  await batch.commit();
}

async function ask({ method = '', rawPath = '', headers, body }: Request) {
  const own = { ...headers, authorization: `Bearer ${token}` } as Record<string, string>;
  const url = host.urls.get(rawPath.startsWith('/orders') ? 'intake' : 'stock');
  const answer = await fetch(`${url}${rawPath}`, { method, headers: own, ...(body !== undefined && { body }) });
  return { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
}

/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const unavailable = 14;
/** Firestore's client retries a commit after these, in a transaction and without one. */
const retried: readonly GrpcLoss[] = ['reset', unavailable];

const open =
  (loss: GrpcLoss) =>
  async (faults: Faults): Promise<Shop> => {
    await empty();
    let taken = 0;
    for (const proxy of proxies) proxy.use(faults, loss);
    return {
      ports,
      faults,
      hidesOneLoss: retried.includes(loss),
      queued: async () => {
        if (taken === 0) taken = await takeQueued();
        return taken;
      },
      ask,
      findViolations: async () => findViolations(await readCollections(db)),
    };
  };

/** One loss that the client retries, one that it does not, and a conflict. */
const losses: readonly (readonly [name: string, loss: GrpcLoss])[] = [
  ['the service answers UNAVAILABLE', unavailable],
  ['the service answers INTERNAL', 13],
  ['the service answers ABORTED', 10],
];

describe('when a connection is reset', () => {
  fateTests(open('reset'));
  rivalTests(open('reset'));
});
describe.each(losses)('when %s', (_, loss) => fateTests(open(loss), ['lost']));
