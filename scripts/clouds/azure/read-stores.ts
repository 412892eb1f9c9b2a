import { parseDeadLetter } from '../../../functions/adapters/azure/message-text.ts';
import { poisonQueue, type QueueName, queues } from '../../../functions/adapters/azure/resources.ts';
import type { Storage } from '../../../functions/adapters/azure/storage.ts';
import { toText } from '../../../functions/lib/bytes.ts';
import type { DeadLetter, DeadLetterStep } from '../../sale/check/dead-letter.ts';
import { type PartitionRow, toStores } from '../../sale/check/partition-snapshot.ts';
import type { Stores } from '../../sale/check/snapshot.ts';

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
      (await readPoison(storage, queue as QueueName)).map((letter) => ({ step, ...letter })),
    ),
  );
  return dead.flat();
}

const steps: Readonly<Record<QueueName, DeadLetterStep>> = {
  [queues.orders]: 'settlement',
  [queues.outbox]: 'projection',
  [queues.fulfilments]: 'fulfilment',
};

/** The service's limit per call; a peek would show only the first ones. */
const maxPerCall = 32;
/** Messages already read must not be received again before the end of the queue. */
const hiddenSeconds = 60;

/** All letters of a poison queue, except those that another run is redriving: they are hidden. */
export async function readPoison(storage: Storage, name: QueueName): Promise<Omit<DeadLetter, 'step'>[]> {
  const queue = storage.queue(poisonQueue(name));
  const all: Awaited<ReturnType<typeof queue.receiveMessages>>['receivedMessageItems'] = [];
  try {
    for (;;) {
      const options = { numberOfMessages: maxPerCall, visibilityTimeout: hiddenSeconds };
      const { receivedMessageItems } = await queue.receiveMessages(options);
      if (receivedMessageItems.length === 0) break;
      all.push(...receivedMessageItems);
    }
  } finally {
    // A message that was deleted meanwhile needs no release.
    for (const { messageId, popReceipt } of all)
      await queue.updateMessage(messageId, popReceipt, undefined, 0).catch(() => {});
  }
  return all.map(({ messageText }) => {
    const { body, reason } = parseDeadLetter(messageText);
    return { body: toText(body), noted: reason };
  });
}
