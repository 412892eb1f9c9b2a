import type { Spelling } from './spelling.ts';

/** What tells a queue's worker from a reader of events, in the places that both have. */
export interface Worker {
  /** What waits for it. */
  readonly what: 'Orders' | 'Events';
  /** Parses what is in its dead-letter queue; it has an `order.orderId`. */
  readonly schema: string;
  readonly reasons: readonly string[];
  /** Finds out why a letter is dead; with `find`, it looks at the order. */
  readonly diagnose: string;
  readonly looks: boolean;
}

export const queueWorker = ({ name, capital }: Spelling): Worker => ({
  what: 'Orders',
  schema: `${name}Request`,
  reasons: ['MALFORMED_MESSAGE', 'UNKNOWN_ORDER'],
  diagnose: `diagnose${capital}Request`,
  looks: true,
});

export const eventReader: Worker = {
  what: 'Events',
  schema: 'orderEvent',
  reasons: ['MALFORMED_EVENT'],
  diagnose: 'diagnoseEvent',
  looks: false,
};
