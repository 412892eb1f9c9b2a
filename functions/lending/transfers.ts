import { spread } from '../domain/stock.ts';
import { RetryLater } from '../ports/retry-later.ts';
import type { Meter, Pause } from '../ports/runtime.ts';
import type { Lender, Transfer, TransferReceiver } from '../ports/transfers.ts';
import { retryConflicts } from '../resilience/retry.ts';

export interface TransferPorts {
  readonly receiver: TransferReceiver;
  readonly meter: Meter;
  readonly pause: Pause;
}

/**
 * Adds the units of a transfer to this region's stock, once however often it is repeated, and then closes it at the
 * lender. If closing fails, a later run closes it: the units have arrived.
 *
 * @throws {RetryLater} when the units could not be received; the transfer stays open
 */
export async function finishTransfer(transfer: Transfer, lender: Lender, ports: TransferPorts): Promise<void> {
  const parts = spread(transfer.quantity, transfer.shardCount);
  const outcome = await receive(() => ports.receiver.receive(transfer, parts), transfer, ports);
  if (outcome === 'repeated') ports.meter.count('Duplicates');
  else ports.meter.count('UnitsBorrowed', transfer.quantity);
  await lender.close(transfer).catch(() => {});
}

/** Finishes the open transfers to this region. @returns those transfers */
export async function finishOpenTransfers(
  region: string,
  lender: Lender,
  ports: TransferPorts,
): Promise<readonly Transfer[]> {
  const open = await lender.listOpen(region);
  for (const transfer of open) await finishTransfer(transfer, lender, ports);
  return open;
}

/** A failure of this region's store is not a failure of the lender. */
async function receive(
  attempt: () => ReturnType<TransferReceiver['receive']>,
  { id, quantity, sku }: Transfer,
  ports: TransferPorts,
): Promise<'received' | 'repeated'> {
  try {
    return await retryConflicts(attempt, ports);
  } catch (error) {
    throw new RetryLater(`${quantity} units of ${sku} wait in transfer ${id}; retry`, { cause: error });
  }
}
