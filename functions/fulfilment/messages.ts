import { type FulfilmentRequest, fulfilmentRequest } from '../contracts/fulfilment-request.ts';
import type { DeadLetterReason } from '../contracts/order-request.ts';
import type { DeadLetters, Delivery, Envelope, MessageBody } from '../ports/messaging.ts';
import { type FulfilmentQueue, type Partner, PartnerDown, PartnerFailed } from '../ports/partner.ts';
import { giveUp } from '../runtime/dead-letter.ts';
import { beginHop } from '../runtime/hop.ts';
import { logger } from '../runtime/log.ts';
import { parseJson } from '../runtime/parse-json.ts';
import { continueTrace } from '../runtime/trace.ts';
import { type FulfilmentPorts, fulfil } from './fulfil-order.ts';

export interface FulfilmentMessagePorts extends FulfilmentPorts {
  readonly queue: FulfilmentQueue;
  readonly deadLetters: DeadLetters;
  /** How long to retry the partner before dead-lettering a message. */
  readonly giveUpMs: number;
  /** 0 to 1. */
  readonly random: () => number;
}

export interface FulfilmentMessage {
  readonly body: MessageBody;
  readonly messageId: string;
  readonly envelope?: Envelope | undefined;
  readonly delivery?: Delivery | undefined;
}

const waitLimits = { shortestMs: 1_000, longestMs: 60_000 };

/**
 * Fulfils the order named by a queue message. If the partner is unavailable, sends a delayed copy before acknowledging
 * the message, so that an outage uses up no receives and fills no dead-letter queue.
 *
 * @throws when the message itself must be redelivered
 */
export async function fulfilMessage(
  { body, messageId, envelope, delivery }: FulfilmentMessage,
  ports: FulfilmentMessagePorts,
): Promise<void> {
  const abandon = (letter: MessageBody, reason: DeadLetterReason) =>
    giveUp({ body: letter, envelope, reason, record: messageId }, ports);

  const request = fulfilmentRequest.safeParse(parseJson(body)).data;
  if (!request) return abandon(body, 'MALFORMED_MESSAGE');
  const { order, waitingSince } = request;
  const traceparent = continueTrace(request.traceparent);
  const hop = beginHop(request.traceparent, traceparent, delivery);
  const partner = timed(ports.partner);
  const fields = () => ({ ...hop.fields(), orderId: order.orderId, partnerMs: partner.ms() });

  async function waitForPartner(error: PartnerDown | PartnerFailed): Promise<void> {
    const now = ports.clock.now();
    const since = waitingSince ?? now;
    const waitedMs = Date.parse(now) - Date.parse(since);
    // Without `waitingSince`, so that a redrive starts the wait afresh.
    const { waitingSince: _, ...letter } = request as FulfilmentRequest;
    if (waitedMs > ports.giveUpMs) return abandon(JSON.stringify(letter), 'PARTNER_UNREACHABLE');
    const delayMs = Math.max(waitMs(waitedMs, ports.random), error.retryAfterMs);
    await ports.queue.send({ ...letter, traceparent, waitingSince: since }, delayMs);
    ports.meter.count('FulfilmentsPostponed');
    logger.info('postponed', { ...fields(), delayMs, error: error.message });
  }

  try {
    const fulfilment = await fulfil(order.orderId, traceparent, { ...ports, partner });
    logger.info('fulfilment', { ...fields(), result: fulfilment.kind });
    if (fulfilment.kind === 'unknown order') return abandon(body, 'UNKNOWN_ORDER');
    if (fulfilment.kind === 'too early') await ports.queue.send({ ...request, traceparent }, fulfilment.waitMs);
  } catch (error) {
    if (!(error instanceof PartnerDown || error instanceof PartnerFailed)) throw error;
    await waitForPartner(error);
  }
}

/** A partner that says how long its calls took, with their retries; undefined before the first. */
function timed(partner: Partner): Partner & { ms(): number | undefined } {
  let took: number | undefined;
  return {
    ready: () => partner.ready(),
    async take(order) {
      const begun = performance.now();
      try {
        return await partner.take(order);
      } finally {
        took = Math.round((took ?? 0) + performance.now() - begun);
      }
    },
    ms: () => took,
  };
}

/** Up to the time waited so far: waits grow without a counter, and randomness spreads them. */
function waitMs(waitedMs: number, random: () => number): number {
  const { shortestMs, longestMs } = waitLimits;
  return shortestMs + random() * Math.min(longestMs, Math.max(shortestMs, waitedMs));
}
