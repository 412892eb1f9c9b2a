import type { OrderEvent } from '../../../functions/contracts/order-event.ts';

/** Fields of every line that a function writes. */
interface Line {
  /** Id of the invocation. */
  readonly function_request_id: string;
  /** ISO 8601 UTC. */
  readonly timestamp: string;
  readonly orderId?: string;
}

/** The functions' own log lines of a sale: the steps, with the number of orders in each. */
export interface SaleLog {
  readonly answered: readonly (Line & { readonly route: string; readonly status: number })[];
  readonly settled: readonly (Line & { readonly settlement: string })[];
  readonly counted: readonly Line[];
  readonly fulfilment: readonly (Line & { readonly result: string })[];
  readonly postponed: readonly Line[];
  readonly swept: readonly Line[];
}

/** Facts about a sale that a plan takes as input. */
export interface SaleFacts {
  readonly log: SaleLog;
  readonly events: readonly OrderEvent[];
}
