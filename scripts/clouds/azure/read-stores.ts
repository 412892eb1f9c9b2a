import { poisonQueue, queues } from '../../../functions/adapters/azure/resources.ts';
import type { Storage } from '../../../functions/adapters/azure/storage.ts';
import { type PartitionRow, snapshotOfRows } from '../../check/partition-snapshot.ts';
import type { Snapshot } from '../../check/snapshot.ts';
import { deadLetterBody } from './dead-letter-body.ts';

/** Reads the table and the poison queues of a storage account; whatever is in the queues stays there. */
export async function readStores(storage: Storage): Promise<Snapshot> {
  const rows: PartitionRow[] = [];
  for await (const { partitionKey = '', rowKey = '', value } of storage.table.listEntities<{ value: string }>()) {
    rows.push({ partition: partitionKey, row: rowKey, value: JSON.parse(value) });
  }
  const dead = await Promise.all(Object.values(queues).map((queue) => peek(storage, queue)));
  return { ...snapshotOfRows(rows), deadLetters: dead.flat() };
}

/** As many as one call shows: far more than a sale may leave there. */
async function peek(storage: Storage, queue: Parameters<typeof poisonQueue>[0]): Promise<string[]> {
  const { peekedMessageItems } = await storage.queue(poisonQueue(queue)).peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems.map(({ messageText }) => deadLetterBody(messageText));
}
