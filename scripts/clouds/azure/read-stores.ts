import { poisonQueue, queues } from '../../../functions/adapters/azure/resources.ts';
import type { Storage } from '../../../functions/adapters/azure/storage.ts';
import { type PartitionRow, snapshotOfRows } from '../../sale/check/partition-snapshot.ts';
import type { Stores } from '../../sale/check/snapshot.ts';
import { deadLetterBody } from './dead-letter-body.ts';

/** What stands in the table of a storage account. */
export async function readTable(storage: Storage): Promise<Stores> {
  const rows: PartitionRow[] = [];
  for await (const { partitionKey = '', rowKey = '', value } of storage.table.listEntities<{ value: string }>()) {
    rows.push({ partition: partitionKey, row: rowKey, value: JSON.parse(value) });
  }
  return snapshotOfRows(rows);
}

/** What is in the poison queues; it stays there. */
export async function readDeadLetters(storage: Storage): Promise<string[]> {
  const dead = await Promise.all(Object.values(queues).map((queue) => peek(storage, queue)));
  return dead.flat();
}

/** As many as one call shows: far more than a sale may leave there. */
async function peek(storage: Storage, queue: Parameters<typeof poisonQueue>[0]): Promise<string[]> {
  const { peekedMessageItems } = await storage.queue(poisonQueue(queue)).peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems.map(({ messageText }) => deadLetterBody(messageText));
}
