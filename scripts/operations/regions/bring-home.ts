import { randomUUID } from 'node:crypto';
import { borrower } from '../../../functions/lending/borrow.ts';
import type { Lender, TransferReceiver } from '../../../functions/ports/transfers.ts';
import { jitteredPause, systemClock } from '../../../functions/runtime/system.ts';
import type { ProductUnits } from './judge.ts';

export interface HomePorts {
  readonly home: string;
  readonly lenders: readonly Lender[];
  readonly receiver: TransferReceiver;
  readonly onUnreachable: (region: string, error: unknown) => void;
}

/** Moves a product's unsold units from the other regions into the home region's stock. @returns their number */
export async function bringHome(
  { sku, supplied, shardCount }: Pick<ProductUnits, 'sku' | 'supplied' | 'shardCount'>,
  { home, ...ports }: HomePorts,
): Promise<number> {
  const meter = { count: () => {} };
  const system = { clock: systemClock, meter, pause: jitteredPause, newId: randomUUID };
  // No region has more than the total supply. Repeats until nothing arrives, because the first answer may be an open
  // transfer.
  const borrow = borrower({ ...ports, ...system, region: home });
  for (let moved = 0; ; ) {
    const arrived = await borrow({ sku, shardCount, wanted: Math.max(1, supplied) });
    if (arrived === 0) return moved;
    moved += arrived;
  }
}
