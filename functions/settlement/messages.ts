import { type DeadLetterReason, orderRequest } from '../contracts/order-request.ts';
import type { DeadLetters } from '../ports/messaging.ts';
import { logger } from '../runtime/log.ts';
import { parseJson } from '../runtime/parse-json.ts';
import { continueTrace, traceIdOf } from '../runtime/trace.ts';
import { type SettlementPorts, settleOrder } from './settle-order.ts';

export interface MessagePorts extends SettlementPorts {
  readonly deadLetters: DeadLetters;
}

/** Settles the order that a message of the queue names. @throws when the message has to come again */
export async function settleMessage(
  { body, messageId }: { readonly body: string; readonly messageId: string },
  ports: MessagePorts,
): Promise<void> {
  // No retry mends such a message: five of them would only hold up the others.
  async function giveUp(reason: DeadLetterReason): Promise<void> {
    await ports.deadLetters.put(body, reason);
    ports.meter.count('DeadLettered');
    logger.error('dead letter', { reason, messageId });
  }

  const request = orderRequest.safeParse(parseJson(body));
  if (!request.success) return giveUp('MALFORMED_MESSAGE');

  const traceparent = continueTrace(request.data.traceparent);
  const settlement = await settleOrder(request.data.orderId, traceparent, ports);
  logger.info('settled', { traceId: traceIdOf(traceparent), orderId: request.data.orderId, settlement });
  if (settlement === 'unknown order') await giveUp('UNKNOWN_ORDER');
}
