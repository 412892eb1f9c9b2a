import type { FulfilmentRequest } from '../contracts/fulfilment-request.ts';
import type { Order } from '../domain/order.ts';

/** Ships the goods. */
export interface Partner {
  /**
   * Gets what a call needs, so that no order is claimed for a call that cannot be made.
   *
   * @throws {PartnerFailed}
   */
  ready(): Promise<void>;
  /**
   * Hands over an order. The order id is the idempotency key: a repeat gets the first answer.
   *
   * @throws {PartnerFailed} without an answer; the partner may or may not have accepted
   */
  take(order: Pick<Order, 'orderId' | 'sku' | 'quantity'>): Promise<'accepted' | 'refused'>;
}

/** No usable answer: ask again with the same key, after `retryAfterMs` if the partner named a time. */
export class PartnerFailed extends Error {
  override readonly name = 'PartnerFailed';
  readonly retryAfterMs: number;

  constructor(message: string, { retryAfterMs = 0, ...options }: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The partner was not called; wait `retryAfterMs` before the next attempt. */
export class PartnerDown extends Error {
  override readonly name = 'PartnerDown';
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface PartnerGate {
  /**
   * Runs work that calls the partner.
   *
   * @throws {PartnerDown} when the work did not start, otherwise whatever it throws
   */
  pass<Result>(work: () => Promise<Result>): Promise<Result>;
}

export interface FulfilmentQueue {
  /** Returns once the queue has stored the message, which is delivered after `delayMs` at the earliest. */
  send(request: FulfilmentRequest, delayMs: number): Promise<void>;
}
