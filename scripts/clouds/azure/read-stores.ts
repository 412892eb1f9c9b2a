import { poisonQueue, type QueueName, queues } from '../../../functions/adapters/azure/resources.ts';
import type { Storage } from '../../../functions/adapters/azure/storage.ts';
import type { DeadLetter, DeadLetterStep } from '../../sale/check/dead-letter.ts';
import { type PartitionRow, toStores } from '../../sale/check/partition-snapshot.ts';
import type { Stores } from '../../sale/check/snapshot.ts';
import { parseDeadLetterBody } from './dead-letter-body.ts';

/** Reads the whole table of a storage account. */
export async function readTable(storage: Storage): Promise<Stores> {
  const rows: PartitionRow[] = [];
  for await (const { partitionKey = '', rowKey = '', value } of storage.table.listEntities<{ value: string }>()) {
    rows.push({ partition: partitionKey, row: rowKey, value: JSON.parse(value) });
  }
  return toStores(rows);
}

/** Reads the poison queues without removing anything. */
export async function readDeadLetters(storage: Storage): Promise<DeadLetter[]> {
  const dead = await Promise.all(
    Object.entries(steps).map(async ([queue, step]) =>
      (await peek(storage, queue as QueueName)).map((body) => ({ step, body })),
    ),
  );
  return dead.flat();
}

const steps: Readonly<Record<QueueName, DeadLetterStep>> = {
  [queues.orders]: 'settlement',
  [queues.outbox]: 'projection',
  [queues.fulfilments]: 'fulfilment',
};

/** Shows at most one call's 32 messages, far more than a sale may leave. */
async function peek(storage: Storage, queue: QueueName): Promise<string[]> {
  const { peekedMessageItems } = await storage.queue(poisonQueue(queue)).peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems.map(({ messageText }) => parseDeadLetterBody(messageText));
}
