import type { QueueClient } from '@azure/storage-queue';
import * as z from 'zod';
import { aboutMessage } from '../../contracts/about-message.ts';
import * as grammar from '../../contracts/grammar.ts';
import { outboxPrefix, parseShardPartition } from '../single-partition/keys.ts';
import type { PartitionStore } from '../single-partition/store.ts';
import { encode } from './message-text.ts';

/** Tells the relay that a shard has events. It names no event: one relay takes all of them. */
export const outboxNotice = z.object({ v: z.literal(1), sku: grammar.sku, shard: z.int().min(0) });
export type OutboxNotice = z.infer<typeof outboxNotice>;

/** Adds a notice to each write that leaves an event. A lost notice costs only time: the sweep finds the event. */
export function announcing(
  store: PartitionStore,
  queue: QueueClient,
  onLost: (error: unknown, about: object) => void,
): PartitionStore {
  return {
    ...store,
    async write(partition, writes) {
      const outcome = await store.write(partition, writes);
      const event = writes.find(({ kind, row }) => kind === 'insert' && row.startsWith(outboxPrefix));
      if (outcome === 'written' && event) {
        const notice: OutboxNotice = { v: 1, ...parseShardPartition(partition) };
        await queue
          .sendMessage(encode(JSON.stringify(notice)))
          .catch((error) => onLost(error, aboutMessage(JSON.stringify(event))));
      }
      return outcome;
    },
  };
}
