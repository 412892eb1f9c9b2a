import type { Allocation } from '../domain/stock.ts';

/** Units in transit from one region's stock to another's. */
export interface Transfer {
  /** Identifies it forever. */
  readonly id: string;
  readonly sku: string;
  readonly from: string;
  readonly to: string;
  readonly quantity: number;
  /** The number of shards that the receiver spreads them over. */
  readonly shardCount: number;
  /** ISO 8601 UTC. */
  readonly at: string;
}

export interface LoanRequest extends Omit<Transfer, 'from' | 'quantity'> {
  /** Units that the receiver needs now. */
  readonly wanted: number;
}

/** Another region's stock. Calls fail while the region is cut off or lost. */
export interface Lender {
  readonly region: string;
  /** Takes units out of the region's stock, once per id: a repetition returns the same transfer. */
  lend(request: LoanRequest): Promise<Transfer | 'none left' | 'conflict'>;
  /** Transfers to the region `to` that are not closed. Strongly consistent. */
  listOpen(to: string): Promise<readonly Transfer[]>;
  /** After the units were received. Idempotent. */
  close(transfer: Transfer): Promise<void>;
}

/** This region's stock, as the receiving end of a transfer. */
export interface TransferReceiver {
  /** Records the transfer once and adds `parts` to the shards, in one transaction. */
  receive(transfer: Transfer, parts: Allocation): Promise<'received' | 'repeated' | 'conflict'>;
}
