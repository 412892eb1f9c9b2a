import { aboutMessage } from '../contracts/about-message.ts';
import { type DeadLetterReason, orderRequest } from '../contracts/order-request.ts';
import type { DeadLetters, Delivery, Envelope, MessageBody } from '../ports/messaging.ts';
import { processBatch, requireTime } from '../runtime/batch.ts';
import { giveUp } from '../runtime/dead-letter.ts';
import { beginHop, type Hop } from '../runtime/hop.ts';
import { logger } from '../runtime/log.ts';
import { parseJson } from '../runtime/parse-json.ts';
import { type GroupPorts, settleOrders } from './settle-batch.ts';
import { type Settlement, type SettlementPorts, settleOrder } from './settle-order.ts';

export interface QueueMessage {
  readonly body: MessageBody;
  readonly messageId: string;
  readonly envelope?: Envelope | undefined;
  readonly delivery?: Delivery | undefined;
}

/** A parsed message. */
interface Request {
  readonly orderId: string;
  readonly traceparent: string;
  readonly hop: Hop;
}

export interface MessagePorts extends SettlementPorts {
  readonly deadLetters: DeadLetters;
  /** Continues a message's trace with a new span. */
  readonly continueTrace: (traceparent: string) => string;
}

export interface BatchPorts extends MessagePorts {
  readonly ledger: GroupPorts['ledger'];
  readonly glances: GroupPorts['glances'];
  readonly remainingMs: () => number;
}

/** Settles the order named by a queue message. @throws when the message must be redelivered */
export async function settleMessage(message: QueueMessage, ports: MessagePorts): Promise<void> {
  const request = parseRequest(message, ports);
  if (!request) return abandon(message, 'MALFORMED_MESSAGE', ports);
  await finish(message, request, await settleOrder(request.orderId, request.traceparent, ports), ports);
}

/** Settles a batch, orders of one shard together. @returns the ids of the messages to redeliver */
export async function settleMessages(
  messages: readonly QueueMessage[],
  ports: BatchPorts,
): Promise<ReadonlySet<string>> {
  const requests = new Map(messages.map((message) => [message, parseRequest(message, ports)]));
  const orders = [...requests.values()].filter((request) => request !== undefined);
  const settled = await settleOrders(orders, { ...ports, requireTime: () => requireTime(ports.remainingMs) });

  async function finishOne(message: QueueMessage): Promise<void> {
    const request = requests.get(message);
    if (!request) return abandon(message, 'MALFORMED_MESSAGE', ports);
    const result = settled.get(request.orderId);
    if (result?.status !== 'fulfilled') throw result?.reason;
    await finish(message, request, result.value, ports);
  }

  const idOf = ({ messageId }: QueueMessage) => messageId;
  // No deadline: report whatever was settled in time.
  const limits = { concurrency: 10, remainingMs: () => Number.POSITIVE_INFINITY };
  const aboutOf = ({ body, delivery }: QueueMessage) => ({ ...aboutMessage(body), receives: delivery?.receives });
  return processBatch(messages, { idOf, groupOf: idOf, aboutOf, work: finishOne, ...limits });
}

function parseRequest({ body, delivery }: QueueMessage, { continueTrace }: MessagePorts): Request | undefined {
  const { data } = orderRequest.safeParse(parseJson(body));
  if (!data) return undefined;
  const traceparent = continueTrace(data.traceparent);
  return { orderId: data.orderId, traceparent, hop: beginHop(data.traceparent, traceparent, delivery) };
}

async function finish(
  message: QueueMessage,
  { orderId, hop }: Request,
  settlement: Settlement,
  ports: MessagePorts,
): Promise<void> {
  logger.info('settled', { ...hop.fields(), orderId, settlement });
  if (settlement === 'unknown order') await abandon(message, 'UNKNOWN_ORDER', ports);
}

const abandon = ({ body, envelope, messageId }: QueueMessage, reason: DeadLetterReason, ports: MessagePorts) =>
  giveUp({ body, envelope, reason, record: messageId }, ports);
