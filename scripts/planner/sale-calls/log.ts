import type { OrderEvent } from '../../../functions/contracts/order-event.ts';

/** Fields of every line that a function writes. */
interface Line {
  /** The invocation. */
  readonly function_request_id: string;
  /** ISO 8601 UTC. */
  readonly timestamp: string;
  readonly orderId?: string;
}

/** The functions' own lines about a sale: which steps they did, and how many orders at a time. */
export interface SaleLog {
  readonly answered: readonly (Line & { readonly route: string; readonly status: number })[];
  readonly settled: readonly (Line & { readonly settlement: string })[];
  readonly counted: readonly Line[];
  readonly fulfilment: readonly (Line & { readonly result: string })[];
  readonly postponed: readonly Line[];
  readonly swept: readonly Line[];
}

/** What happened in a sale, as a plan takes it. */
export interface SaleFacts {
  readonly log: SaleLog;
  readonly events: readonly OrderEvent[];
}
