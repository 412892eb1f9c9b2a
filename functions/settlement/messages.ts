import { type DeadLetterReason, type OrderRequest, orderRequest } from '../contracts/order-request.ts';
import type { DeadLetters } from '../ports/messaging.ts';
import { needTime, processBatch } from '../runtime/batch.ts';
import { logger } from '../runtime/log.ts';
import { parseJson } from '../runtime/parse-json.ts';
import { traceIdOf } from '../runtime/trace.ts';
import { type GroupPorts, settleOrders } from './settle-batch.ts';
import { type Settlement, type SettlementPorts, settleOrder } from './settle-order.ts';

export interface QueueMessage {
  readonly body: string;
  readonly messageId: string;
}

export interface MessagePorts extends SettlementPorts {
  readonly deadLetters: DeadLetters;
  /** The trace of a message, with a span of its own. */
  readonly continueTrace: (traceparent: string) => string;
}

export interface BatchPorts extends MessagePorts {
  readonly ledger: GroupPorts['ledger'];
  readonly remainingMs: () => number;
}

/** Settles the order that a message of the queue names. @throws when the message has to come again */
export async function settleMessage(message: QueueMessage, ports: MessagePorts): Promise<void> {
  const request = requestIn(message, ports);
  if (!request) return giveUp(message, 'MALFORMED_MESSAGE', ports);
  await finish(message, request, await settleOrder(request.orderId, request.traceparent, ports), ports);
}

/** Settles what a batch of messages names, the orders of one shard together; names the messages that have to come again. */
export async function settleMessages(
  messages: readonly QueueMessage[],
  ports: BatchPorts,
): Promise<ReadonlySet<string>> {
  const requests = new Map(messages.map((message) => [message, requestIn(message, ports)]));
  const orders = [...requests.values()].filter((request) => request !== undefined);
  const settled = await settleOrders(orders, { ...ports, needTime: () => needTime(ports.remainingMs) });

  async function finishOne(message: QueueMessage): Promise<void> {
    const request = requests.get(message);
    if (!request) return giveUp(message, 'MALFORMED_MESSAGE', ports);
    const result = settled.get(request.orderId);
    if (result?.status !== 'fulfilled') throw result?.reason;
    await finish(message, request, result.value, ports);
  }

  const idOf = ({ messageId }: QueueMessage) => messageId;
  // What was settled in time is said in any case.
  const patience = { concurrency: 10, remainingMs: () => Number.POSITIVE_INFINITY };
  return processBatch(messages, { idOf, groupOf: idOf, work: finishOne, ...patience });
}

function requestIn({ body }: QueueMessage, { continueTrace }: MessagePorts): OrderRequest | undefined {
  const { data } = orderRequest.safeParse(parseJson(body));
  return data && { ...data, traceparent: continueTrace(data.traceparent) };
}

async function finish(
  message: QueueMessage,
  { orderId, traceparent }: OrderRequest,
  settlement: Settlement,
  ports: MessagePorts,
): Promise<void> {
  logger.info('settled', { traceId: traceIdOf(traceparent), orderId, settlement });
  if (settlement === 'unknown order') await giveUp(message, 'UNKNOWN_ORDER', ports);
}

// No retry mends such a message: five of them would only hold up the others.
async function giveUp(
  { body, messageId }: QueueMessage,
  reason: DeadLetterReason,
  { deadLetters, meter }: MessagePorts,
): Promise<void> {
  await deadLetters.put(body, reason);
  meter.count('DeadLettered');
  logger.error('dead letter', { reason, messageId });
}
