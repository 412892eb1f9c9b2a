import type { OrderEvent } from '../../functions/contracts/order-event.ts';
import { orderRequest } from '../../functions/contracts/order-request.ts';
import { countEvent } from '../../functions/projection/count-event.ts';
import { workThrough } from '../../functions/runtime/batch.ts';
import { parseJson } from '../../functions/runtime/parse-json.ts';
import { settleOrder } from '../../functions/settlement/settle-order.ts';
import type { RuntimePorts } from './clients.ts';
import type { Platform } from './platform.ts';
import type { Message } from './queue.ts';
import type { StreamRecord } from './stream.ts';

// A function's whole time is left: what a time-out does, a crash does too.
const batchRules = { concurrency: 10, remainingMs: () => Number.POSITIVE_INFINITY };

/** The settlement function: a batch of messages, as its entry works through them. */
export async function settleBatch(
  messages: readonly Message[],
  { ports }: Platform,
  runtime: RuntimePorts,
): Promise<ReadonlySet<string>> {
  async function settleMessage({ body }: Message): Promise<void> {
    const request = orderRequest.safeParse(parseJson(body));
    if (!request.success) return ports.dead.put(body, 'MALFORMED_MESSAGE');
    const settlement = await settleOrder(request.data.orderId, request.data.traceparent, { ...ports, ...runtime });
    if (settlement === 'unknown order') await ports.dead.put(body, 'UNKNOWN_ORDER');
  }
  const idOf = (message: Message) => message.id;
  return failedOf(await workThrough(messages, { ...batchRules, idOf, groupOf: idOf, work: settleMessage }));
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

function failedOf(answer: { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }) {
  return new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
}
