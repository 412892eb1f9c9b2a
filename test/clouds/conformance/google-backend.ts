import type { firestore } from '../../../functions/adapters/google/firestore-client.ts';
import type { Pulled, Subscriptions } from '../../../functions/adapters/google/subscriptions.ts';
import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { systemClock } from '../../../functions/runtime/system.ts';
import { describeEngines, type Engines, findEngines } from '../../../scripts/clouds/google/find-engines.ts';
import { deadLetterTopic, workTopic } from '../../../scripts/clouds/google/redrive.ts';
import { startEngines } from '../../../scripts/clouds/google/start-engines.ts';
import { createWorkspace } from '../../../scripts/platform/process/workspace.ts';
import type { Backend, BackendOffer, CloudPorts, Received } from './backend.ts';

type Database = ReturnType<typeof firestore>;

export const google = offer(findEngines());

function offer(engines: Engines): BackendOffer {
  const leavesOut = {
    'orders settled together': 'the adapter commits one order in a transaction',
    'orders counted together': 'the adapter counts one order in a transaction',
    'stock rights of a site': 'the sale at several sites runs on AWS and Azure only',
    'units between regions': 'a stage of several regions is for AWS only',
    ...(engines.firestore.kind === 'fallback' && {
      'a store that is too busy': 'the fallback takes no locks: a second writer is rejected at once',
    }),
  };
  return { name: 'Google', leavesOut, find: () => ({ engine: describeEngines(engines) }), open: () => open(engines) };
}

const queue = 'order-requests';
const deadLetters = 'order-requests-dead';
const bus = 'events';
const fulfilments = 'fulfilment-requests';
const redriven = 'order-requests-redriven';
const maxDeliveries = 5;
const endOfTime = '9999-12-31T23:59:59.999Z';
/** The emulator redelivers a failed message within two seconds. */
const waitMs = 2_500;

async function open(found: Engines): Promise<Backend> {
  const workspace = createWorkspace();
  const engines = await startEngines(found, workspace);
  // The clients read the environment when they are created, so the adapters are loaded after it is set.
  Object.assign(process.env, engines.env);
  const client = await import('../../../functions/adapters/google/firestore-client.ts');
  const { subscriptions } = await import('../../../functions/adapters/google/subscriptions.ts');
  const db = client.firestore('conformance');
  const pubsub = await subscriptions();
  for (const topic of [queue, deadLetters, bus, fulfilments]) await pubsub.createTopic(topic);
  const giveUp = { topic: deadLetters, maxDeliveryAttempts: maxDeliveries };
  await pubsub.create({ name: queue, topic: queue, ackDeadlineSeconds: 30, deadLetters: giveUp });
  await pubsub.create({ name: deadLetters, topic: deadLetters, ackDeadlineSeconds: 30 });
  await pubsub.create({ name: redriven, topic: queue, ackDeadlineSeconds: 30, filter: 'attributes:redriveOf' });
  await pubsub.create({ name: fulfilments, topic: fulfilments, ackDeadlineSeconds: 30 });
  return {
    ports: await portsOn(db),
    maxDeliveries,
    receive: (visibilityTimeoutSeconds) => receive(pubsub, visibilityTimeoutSeconds),
    deliver: (work) => deliver(pubsub, work),
    async deadLetterBodies() {
      const messages = await pubsub.pull(deadLetters, 10, waitMs);
      await Promise.all(messages.map((message) => message.hide(0)));
      return messages.map(({ body }) => body);
    },
    dueFulfilments: () => dueFulfilments(db, pubsub),
    redrivable: { queue: deadLetterTopic(pubsub, deadLetters), destination: workTopic(pubsub, queue, redriven) },
    drain: (sku, hand) => drain(db, sku, hand),
    ...(found.firestore.kind !== 'fallback' && { whileBusy: (work) => whileBusy(db, work) }),
    async close() {
      await Promise.all([pubsub.close(), db.terminate()]);
      engines.stop();
      workspace.remove();
    },
  };
}

async function portsOn(db: Database): Promise<CloudPorts> {
  const [messaging, order, openOrder, ledger, product, stock, view, breaker, lease, postponed] = await Promise.all([
    import('../../../functions/adapters/google/messaging.ts'),
    import('../../../functions/adapters/google/orders.ts'),
    import('../../../functions/adapters/google/open-orders.ts'),
    import('../../../functions/adapters/google/ledger.ts'),
    import('../../../functions/adapters/google/products.ts'),
    import('../../../functions/adapters/google/stock.ts'),
    import('../../../functions/adapters/google/views.ts'),
    import('../../../functions/adapters/google/breaker.ts'),
    import('../../../functions/adapters/google/lease.ts'),
    import('../../../functions/adapters/google/postponed.ts'),
  ]);
  return {
    orders: order.orderStore(db),
    open: openOrder.openOrders(db),
    ledger: ledger.orderLedger(db),
    products: { ...product.productReader(db), ...product.productWriter(db) },
    stock: { ...stock.stockLevels(db), ...stock.stockSupply(db) },
    views: view.salesViews(db),
    sales: view.salesReader(db),
    queue: messaging.orderQueue(queue),
    deadLetters: messaging.deadLetters(deadLetters),
    bus: messaging.eventBus(bus),
    fulfilments: postponed.fulfilmentQueue(db, systemClock),
    breakers: breaker.breakerStore(db),
    leases: lease.leaseStore(db),
    notes: lease.fencedNotes(db),
  };
}

async function receive(pubsub: Subscriptions, visibilityTimeoutSeconds: number): Promise<readonly Received[]> {
  const messages = await pubsub.pull(queue, 10, waitMs);
  await Promise.all(messages.map((message) => message.hide(visibilityTimeoutSeconds)));
  return messages.map(({ body, delivery, acknowledge }) => ({ body, delivery, done: acknowledge }));
}

/** Like a push subscription: a rejected message is redelivered until the dead-letter policy gives up. */
async function deliver(pubsub: Subscriptions, work: (body: string) => Promise<void>): Promise<void> {
  const workOn = (message: Pulled) =>
    work(message.body).then(
      () => message.acknowledge(),
      () => message.hide(0),
    );
  for (;;) {
    const messages = await pubsub.pull(queue, 10, waitMs);
    if (messages.length === 0) return;
    await Promise.all(messages.map(workOn));
  }
}

/** Runs the timer's hand-over, and takes what the subscription then holds. */
async function dueFulfilments(db: Database, pubsub: Subscriptions): Promise<readonly string[]> {
  const { fulfilmentTopic, handOnDue } = await import('../../../functions/adapters/google/postponed.ts');
  await handOnDue(db, fulfilmentTopic(fulfilments), { now: systemClock.now(), limit: 10 });
  const messages = await pubsub.pull(fulfilments, 10, waitMs);
  await Promise.all(messages.map(({ acknowledge }) => acknowledge()));
  return messages.map(({ body }) => body);
}

async function drain(db: Database, sku: string, hand: (event: OrderEvent) => Promise<void>): Promise<void> {
  const { relayWaiting } = await import('../../../functions/adapters/google/relay.ts');
  const errors: unknown[] = [];
  const ofAnotherTest = new Error('of another test');
  async function handOwn(event: OrderEvent): Promise<void> {
    if (event.order.sku !== sku) throw ofAnotherTest;
    await hand(event).catch((error: unknown) => {
      errors.push(error);
      throw error;
    });
  }
  await relayWaiting(db, handOwn, { committedBefore: endOfTime, limit: 1_000 }).catch((error) => {
    if (!(error instanceof AggregateError)) throw error;
    errors.push(...error.errors.filter((one) => one !== ofAnotherTest && !errors.includes(one)));
  });
  if (errors.length > 0) throw errors[0];
}

/** A transaction locks the orders meanwhile: a commit waits for the lock, and is aborted in the end. */
function whileBusy<Result>(db: Database, work: () => Promise<Result>): Promise<Result> {
  return db.runTransaction(
    async (transaction) => {
      await transaction.get(db.collection('orders'));
      return work();
    },
    { maxAttempts: 1 },
  );
}
