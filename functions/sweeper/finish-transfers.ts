import { finishOpenTransfers, type TransferPorts } from '../lending/transfers.ts';
import { RetryLater } from '../ports/retry-later.ts';
import type { Lender, Transfer } from '../ports/transfers.ts';

export interface FinishTransfersPorts extends TransferPorts {
  /** The own region. */
  readonly region: string;
  readonly lenders: readonly Lender[];
  readonly onFinished: (transfer: Transfer) => void;
  readonly onUnreachable: (region: string, error: unknown) => void;
  /** About units that this region's own stock could not receive. */
  readonly onWaiting: (region: string, error: RetryLater) => void;
}

/** Finishes the transfers to this region whose worker ended in between, or missed the answer. */
export async function finishTransfers(ports: FinishTransfersPorts): Promise<void> {
  for (const lender of ports.lenders) {
    try {
      for (const transfer of await finishOpenTransfers(ports.region, lender, ports)) ports.onFinished(transfer);
    } catch (error) {
      reportUnfinished(lender.region, error, ports);
    }
  }
}

/** The next run tries again. The metric has an alarm about the other region, which a busy own stock must not raise. */
function reportUnfinished(region: string, error: unknown, ports: FinishTransfersPorts): void {
  if (error instanceof RetryLater) {
    ports.onWaiting(region, error);
    return;
  }
  ports.meter.count('RegionsUnreachable');
  ports.onUnreachable(region, error);
}
