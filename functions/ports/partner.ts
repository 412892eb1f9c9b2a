import type { FulfilmentRequest } from '../contracts/fulfilment-request.ts';
import type { Order } from '../domain/order.ts';

/** Who sends the goods. */
export interface Partner {
  /**
   * Hands an order over. The order id is the partner's key: asked again, the partner answers as the first time.
   *
   * @throws {PartnerFailed} when there was no answer, which says nothing about what the partner did
   */
  take(order: Pick<Order, 'orderId' | 'sku' | 'quantity'>): Promise<'accepted' | 'refused'>;
}

/** No answer, or one that cannot be used: to be asked again, with the same key. */
export class PartnerFailed extends Error {
  override readonly name = 'PartnerFailed';
}

/** The partner was not asked, and need not be for a while. */
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
   * Does work that calls the partner.
   *
   * @throws {PartnerDown} when it did not begin, and otherwise whatever the work throws
   */
  pass<Result>(work: () => Promise<Result>): Promise<Result>;
}

export interface FulfilmentQueue {
  /** Returns once the queue holds the message, which is seen after `delayMs` at the earliest. */
  send(request: FulfilmentRequest, delayMs: number): Promise<void>;
}
