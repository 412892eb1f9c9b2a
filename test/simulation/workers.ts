import type { OrderEvent } from '../../functions/contracts/order-event.ts';
import { orderRequest } from '../../functions/contracts/order-request.ts';
import { countEvent } from '../../functions/projection/count-event.ts';
import { workThrough } from '../../functions/runtime/batch.ts';
import { parseJson } from '../../functions/runtime/parse-json.ts';
import { settleOrder } from '../../functions/settlement/settle-order.ts';
import { settleOrders } from '../../functions/settlement/settle-orders.ts';
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

/** The settlement function, deciding together what takes from one shard. */
export async function settleTogether(
  messages: readonly Message[],
  { ports, groups: ledger }: Platform,
  runtime: RuntimePorts,
): Promise<ReadonlySet<string>> {
  if (!ledger) throw new Error('this platform decides one order at a time');
  const parsed = messages.map((message) => ({ ...message, request: orderRequest.safeParse(parseJson(message.body)) }));
  const requests = parsed.flatMap(({ request }) => (request.success ? [request.data] : []));
  const settled = await settleOrders(requests, { ...ports, ...runtime, ledger });
  const finish = async ({ id, body, request }: (typeof parsed)[number]): Promise<string[]> => {
    const result = request.success ? settled.get(request.data.orderId) : undefined;
    if (result?.status === 'rejected') return [id];
    if (!request.success) await ports.dead.put(body, 'MALFORMED_MESSAGE');
    else if (result?.value === 'unknown order') await ports.dead.put(body, 'UNKNOWN_ORDER');
    return result || !request.success ? [] : [id];
  };
  const failed = await Promise.allSettled(parsed.map(finish));
  return new Set(
    failed.flatMap((one, index) => (one.status === 'fulfilled' ? one.value : [messages[index]?.id ?? ''])),
  );
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
