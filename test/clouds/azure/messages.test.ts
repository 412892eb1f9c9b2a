import { createRequire, registerHooks } from 'node:module';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encode } from '../../../functions/adapters/azure/message-text.ts';
import { deadLetters } from '../../../functions/adapters/azure/messaging.ts';
import { poisonQueue, queues } from '../../../functions/adapters/azure/resources.ts';
import type { Storage } from '../../../functions/adapters/azure/storage.ts';
import { toBytes, toText } from '../../../functions/lib/bytes.ts';
import type { MessageBody } from '../../../functions/ports/messaging.ts';
import { startAzurite } from '../../../scripts/clouds/azure/azurite.ts';
import type * as Core from '../../../scripts/clouds/azure/functions-core.ts';
import { hostSettings } from '../../../scripts/clouds/azure/host-settings.ts';
import { QueuePoller } from '../../../scripts/clouds/azure/queue-poller.ts';
import { readPoison } from '../../../scripts/clouds/azure/read-stores.ts';
import { poisonLetters, storageQueue } from '../../../scripts/clouds/azure/redrive.ts';
import { createResources } from '../../../scripts/clouds/azure/resources.ts';
import { createWorkspace } from '../../../scripts/platform/process/workspace.ts';
import { anyBody } from '../../support/message-bodies.ts';

const workspace = createWorkspace();
let azurite: Awaited<ReturnType<typeof startAzurite>>;
let storage: Storage;
/** Bodies that the entry received, in hexadecimal. */
const seen: string[] = [];
let work: (body: MessageBody) => Promise<void> = async () => {};
let core: typeof Core;
let registered: Core.Registered;

beforeAll(async () => {
  azurite = await startAzurite(workspace);
  storage = await createResources(azurite.connectionString);
  const file = new URL('../../../scripts/clouds/azure/functions-core.ts', import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@azure/functions-core' ? { url: file, shortCircuit: true } : next(specifier, context),
  });
  core = createRequire(import.meta.url)('../../../scripts/clouds/azure/functions-core.ts');
  const { onQueue } = await import('../../../functions/adapters/azure/app.ts');
  const run = async ({ body }: { readonly body: string | Uint8Array }) => {
    seen.push(toBytes(body).toString('hex'));
    await work(body);
  };
  onQueue('settleOrder', queues.orders, run, () => {});
  await core.lock();
  const [only] = core.registered;
  if (!only) throw new Error('onQueue registered nothing');
  registered = only;
});
afterAll(async () => {
  await azurite.stop();
  workspace.remove();
});

/** Delivers all messages as the host does, through the real library. */
async function deliver(): Promise<void> {
  const settings = { ...hostSettings.queues, visibilityTimeoutSeconds: 0 };
  const poller = new QueuePoller(storage, {
    queue: queues.orders,
    settings,
    log: () => {},
    work: async (bytes, { id }) => {
      const data = core.triggerOf(registered).dataType === 'binary' ? { bytes } : { string: bytes.toString() };
      await core.invoke(registered, { invocationId: id, data, triggerMetadata: { Id: { string: id } } });
    },
  });
  while ((await poller.takeBatch()) > 0) await poller.settled();
}

const send = (text: string) => storage.queue(queues.orders).sendMessage(text, { messageTimeToLive: -1 });

test('a message reaches the entry, the dead letter and its redriven copy byte for byte', async () => {
  const bodies = fc.sample(anyBody, 60);
  const expected = bodies.map((body) => toBytes(body).toString('hex')).sort();
  for (const body of bodies) await send(encode(body));
  const dead = deadLetters(storage.queue(poisonQueue(queues.orders)));
  work = (body) => dead.put(body, 'MALFORMED_MESSAGE');
  await deliver();
  expect(seen.splice(0).sort()).toEqual(expected);

  const from = poisonLetters(storage, queues.orders);
  const to = storageQueue(storage, queues.orders);
  for (let letters = await from.receive(32, 60); letters.length > 0; letters = await from.receive(32, 60)) {
    expect(new Set((await to.send(letters)).values())).toEqual(new Set(['sent']));
    await from.remove(letters);
  }
  work = async () => {};
  await deliver();
  expect(seen.splice(0).sort()).toEqual(expected);
}, 60_000);

test('every dead letter is listed, however many there are', async () => {
  const noted = 'MALFORMED_MESSAGE';
  const letters = Array.from({ length: 70 }, (_, index) => ({ body: `letter ${index}`, noted }) as const);
  const dead = deadLetters(storage.queue(poisonQueue(queues.orders)));
  await Promise.all(letters.map(({ body }) => dead.put(body, noted)));
  expect(new Set(await readPoison(storage, queues.orders))).toEqual(new Set(letters));
  expect(await readPoison(storage, queues.orders), 'they stay').toHaveLength(70);
  await storage.queue(poisonQueue(queues.orders)).clearMessages();
}, 60_000);

test('a text that is not Base64 is dead-lettered, and a redrive leaves it with the reason', async () => {
  await send('not Base64');
  await deliver();
  const [letter] = await poisonLetters(storage, queues.orders).receive(1, 60);
  if (!letter) throw new Error('the host did not give the message up');
  expect(toText(letter.body)).toBe('not Base64');
  expect(storageQueue(storage, queues.orders).findObstacle?.(letter)).toMatch(/not Base64/);
});

test('a redrive leaves a body whose copy would be too large, with the reason', () => {
  const letter = { id: 'a', body: Buffer.alloc(49_152), envelope: {}, sentAt: 0, receipt: 'r' };
  expect(storageQueue(storage, queues.orders).findObstacle?.(letter)).toMatch(/exceeds the limit of 65536/);
});
