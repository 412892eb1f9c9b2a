import type { Service } from '../../../stacks/model/services.ts';

/** Work of one cloud's functions, for an order and for a group of orders. */
export interface Counted<Work> {
  readonly service: Service;
  readonly perOrder: Work;
  readonly perGroup: Work;
}

/** One cloud's functions over counted stores and queues. A message waits until the caller runs its worker. */
export interface CountingShop<Work> {
  readonly noWork: Work;
  partnerAnswers: boolean;
  count(work: () => Promise<unknown>): Promise<Work>;
  /** @throws when the API does not answer with success */
  request(service: 'catalog' | 'intake' | 'stock', event: object): Promise<unknown>;
  /** Settles the waiting orders; `together`: concurrently, where a worker gets one message at a time. */
  settle(how?: 'together'): Promise<void>;
  project(): Promise<void>;
  fulfil(): Promise<void>;
  sweep(): Promise<void>;
  /** Drops the waiting messages. */
  drop(what: 'orders' | 'fulfilments'): void;
}
