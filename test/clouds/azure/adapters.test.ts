import { expect, test } from 'vitest';
import { announcing, outboxNotice } from '../../../functions/adapters/azure/outbox.ts';
import { unlessTransient } from '../../../functions/adapters/azure/storage.ts';
import { memoryPartitions } from '../../../functions/adapters/memory/partition-store.ts';
import { stockPartition } from '../../../functions/adapters/single-partition/keys.ts';
import { RetryLater } from '../../../functions/ports/retry-later.ts';

type Queue = Parameters<typeof announcing>[1];

/** A queue client with the only method that notices use. */
function noticesTo(send: (text: string) => Promise<void>) {
  const lost: unknown[] = [];
  const { store } = memoryPartitions();
  const queue = { sendMessage: send } as unknown as Queue;
  return { store: announcing(store, queue, (error) => lost.push(error)), lost };
}

const event = { kind: 'insert', row: 'OUTBOX|order|2', value: {} } as const;
const stock = { kind: 'insert', row: 'STOCK', value: {} } as const;

test('sends a notice for a write that leaves an event, and for no other write', async () => {
  const notices: unknown[] = [];
  const { store } = noticesTo(async (text) => void notices.push(JSON.parse(Buffer.from(text, 'base64').toString())));
  await store.write(stockPartition('lamp', 3), [stock]);
  expect(notices).toEqual([]);
  await store.write(stockPartition('lamp', 3), [event]);
  expect(await store.write(stockPartition('lamp', 3), [event])).toBe('refused');
  expect(notices).toEqual([{ v: 1, sku: 'lamp', shard: 3 }]);
  expect(outboxNotice.safeParse(notices[0]).success).toBe(true);
});

test('a lost notice does not fail the write', async () => {
  const { store, lost } = noticesTo(() => Promise.reject(new Error('the queue is down')));
  expect(await store.write(stockPartition('lamp', 0), [event])).toBe('written');
  expect(lost).toHaveLength(1);
});

test.each([
  ['a timeout', { name: 'AbortError' }, true],
  ['a lost connection', { name: 'RestError', code: 'ECONNRESET' }, true],
  ['a server error', { name: 'RestError', statusCode: 503 }, true],
  ['a throttled call', { name: 'RestError', statusCode: 429 }, true],
  ['a missing table', { name: 'RestError', code: 'TableNotFound', statusCode: 404 }, false],
  ['a rejected key', { name: 'RestError', code: 'AuthenticationFailed', statusCode: 403 }, false],
])('decides whether %s is worth a retry', (_, properties, retry) => {
  const error = Object.assign(new Error('failed'), properties);
  const result = unlessTransient(error);
  if (retry) expect(result).toBeInstanceOf(RetryLater);
  else expect(result).toBe(error);
});
