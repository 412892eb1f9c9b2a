import { finishOpenTransfers, type TransferPorts } from '../lending/transfers.ts';
import { RetryLater } from '../ports/retry-later.ts';
import type { Lender, Transfer } from '../ports/transfers.ts';

export interface FinishTransfersPorts extends TransferPorts {
  /** This region. */
  readonly region: string;
  readonly lenders: readonly Lender[];
  readonly onFinished: (transfer: Transfer) => void;
  readonly onUnreachable: (region: string, error: unknown) => void;
  /** Called for units that this region's stock could not receive. */
  readonly onWaiting: (region: string, error: RetryLater) => void;
}

/** Finishes the transfers to this region whose worker died, or missed the answer. */
export async function finishTransfers(ports: FinishTransfersPorts): Promise<void> {
  for (const lender of ports.lenders) {
    try {
      for (const transfer of await finishOpenTransfers(ports.region, lender, ports)) ports.onFinished(transfer);
    } catch (error) {
      reportUnfinished(lender.region, error, ports);
    }
  }
}

/**
 * The next run tries again. The metric raises an alarm about the other region, so a busy stock table here must not
 * count.
 */
function reportUnfinished(region: string, error: unknown, ports: FinishTransfersPorts): void {
  if (error instanceof RetryLater) {
    ports.onWaiting(region, error);
    return;
  }
  ports.meter.count('RegionsUnreachable');
  ports.onUnreachable(region, error);
}
