import { finishOpenTransfers, type TransferPorts } from '../lending/transfers.ts';
import type { Lender, Transfer } from '../ports/transfers.ts';

export interface FinishTransfersPorts extends TransferPorts {
  /** The own region. */
  readonly region: string;
  readonly lenders: readonly Lender[];
  readonly onFinished: (transfer: Transfer) => void;
  readonly onUnreachable: (region: string, error: unknown) => void;
}

/** Finishes the transfers to this region whose worker ended in between, or missed the answer. */
export async function finishTransfers({ onFinished, onUnreachable, ...ports }: FinishTransfersPorts): Promise<void> {
  for (const lender of ports.lenders) {
    try {
      for (const transfer of await finishOpenTransfers(ports.region, lender, ports)) onFinished(transfer);
    } catch (error) {
      // The next run tries again; the metric has an alarm.
      ports.meter.count('RegionsUnreachable');
      onUnreachable(lender.region, error);
    }
  }
}
