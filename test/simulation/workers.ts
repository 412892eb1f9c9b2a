import type { OrderEvent } from '../../functions/contracts/order-event.ts';
import { countEvent } from '../../functions/projection/count-event.ts';
import { workThrough } from '../../functions/runtime/batch.ts';
import {
  type MessagePorts,
  type QueueMessage,
  settleMessage,
  settleMessages,
} from '../../functions/settlement/messages.ts';
import type { RuntimePorts } from './clients.ts';
import type { Platform } from './platform.ts';
import type { Message } from './queue.ts';
import type { StreamRecord } from './stream.ts';

// A function's whole time is left: what a time-out does, a crash does too.
export const batchRules = { concurrency: 10, remainingMs: () => Number.POSITIVE_INFINITY };

/** The settlement function: what takes from one shard is decided together where the cloud's ledger can. */
export async function settleBatch(
  messages: readonly Message[],
  platform: Platform,
  runtime: RuntimePorts,
): Promise<ReadonlySet<string>> {
  const ports = messagePorts(platform, runtime);
  const batch = messages.map(({ id, body }) => ({ messageId: id, body }));
  if (platform.groups) {
    return failedOf(await settleMessages(batch, { ...ports, ...batchRules, ledger: platform.groups }));
  }
  const idOf = ({ messageId }: QueueMessage) => messageId;
  const work = (message: QueueMessage) => settleMessage(message, ports);
  return failedOf(await workThrough(batch, { ...batchRules, idOf, groupOf: idOf, work }));
}

// A span of its own would be chance that no seed decides.
function messagePorts({ ports }: Platform, runtime: RuntimePorts): MessagePorts {
  return { ...ports, ...runtime, deadLetters: ports.dead, continueTrace: (traceparent) => traceparent };
}

/** The projection function: a batch of records; views first, then the bus. */
export async function projectBatch(
  records: readonly StreamRecord<unknown>[],
  { ports, eventOf }: Platform,
  runtime: RuntimePorts,
): Promise<ReadonlySet<string>> {
  const counted = new Map<OrderEvent, string>();
  async function countRecord({ id, image }: StreamRecord<unknown>): Promise<void> {
    const event = eventOf(image);
    if (!event) throw new Error('a change without an event');
    await countEvent(event, { ...ports, ...runtime });
    counted.set(event, id);
  }
  const groupOf = (record: StreamRecord<unknown>) => record.item;
  const answer = await workThrough(records, { ...batchRules, idOf: ({ id }) => id, groupOf, work: countRecord });
  const events = [...counted.keys()];
  const refused = await ports.bus.publish(events).catch(() => events);
  return new Set([...failedOf(answer), ...refused.map((event) => counted.get(event) ?? '')]);
}

export function failedOf(answer: { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }) {
  return new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
}
