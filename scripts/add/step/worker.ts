import type { Spelling } from './spelling.ts';

/** Differences between a queue's worker and a reader of events, for the code that both share. */
export interface Worker {
  /** The kind of work that waits for it. */
  readonly what: 'Orders' | 'Events';
  /** Schema of its dead letters; it has an `order.orderId`. */
  readonly schema: string;
  readonly reasons: readonly string[];
  /** Name of the function that finds out why a letter is dead; with `looks`, it reads the order. */
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
