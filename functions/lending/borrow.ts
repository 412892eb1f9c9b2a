import { RetryLater } from '../ports/retry-later.ts';
import type { Clock } from '../ports/runtime.ts';
import type { Lender, LoanRequest } from '../ports/transfers.ts';
import { retryConflicts } from '../resilience/retry.ts';
import { finishOpenTransfers, finishTransfer, type TransferPorts } from './transfers.ts';

export interface BorrowPorts extends TransferPorts {
  /** This region. */
  readonly region: string;
  readonly lenders: readonly Lender[];
  readonly clock: Clock;
  /** A transfer's id, unique everywhere. */
  readonly newId: () => string;
  /** Called when a region could not be asked. */
  readonly onUnreachable: (region: string, error: unknown) => void;
}

export interface Need {
  readonly sku: string;
  readonly shardCount: number;
  /** Units needed beyond this region's stock. */
  readonly wanted: number;
}

/**
 * Moves units of other regions into this region's stock. Returns the units that arrived.
 *
 * @throws {RetryLater} when units are in transit, or the other region is too busy to decide
 */
export type Borrow = (need: Need) => Promise<number>;

/** How long a region that did not answer is not asked again: each call costs its time limit. */
const unreachableMs = 5_000;
/** How long a region without units of a product is not asked again: a sold-out product would ask with every batch. */
const noneLeftMs = 1_000;

/**
 * A unit is in one region's stock or in one transfer, so regions that cannot reach each other never sell it twice. Units
 * of a region that does not answer stay there, and orders that only they could serve are rejected.
 */
export function borrower(ports: BorrowPorts): Borrow {
  const rests = new Rests(ports.clock);
  const known = { ...ports, rests };

  return async function borrow(need) {
    let arrived = 0;
    for (const lender of ports.lenders) {
      if (arrived >= need.wanted) break;
      if (rests.has(lender.region) || rests.has(`${lender.region}#${need.sku}`)) continue;
      arrived += await borrowFrom(lender, { ...need, wanted: need.wanted - arrived });
    }
    return arrived;
  };

  async function borrowFrom(lender: Lender, { sku, shardCount, wanted }: Need): Promise<number> {
    const request = { id: ports.newId(), sku, to: ports.region, wanted, shardCount, at: ports.clock.now() };
    // A lost answer leaves units in transit.
    const late = await reach(lender, () => finishOpenTransfers(ports.region, lender, ports), known);
    const arrived = (late ?? []).filter((one) => one.sku === sku).reduce((units, { quantity }) => units + quantity, 0);
    if (!late || arrived > 0) return arrived;
    const transfer = await lend(lender, request);
    if (!transfer) return 0;
    await finishTransfer(transfer, lender, ports);
    return transfer.quantity;
  }

  async function lend(lender: Lender, request: LoanRequest) {
    const transfer = await reach(lender, () => retryConflicts(() => lender.lend(request), ports), known);
    if (transfer !== 'none left') return transfer;
    rests.begin(`${lender.region}#${request.sku}`, noneLeftMs);
    return undefined;
  }
}

/** Undefined when the region did not answer. */
async function reach<Answer>(
  { region }: Lender,
  call: () => Promise<Answer>,
  { meter, onUnreachable, rests }: BorrowPorts & { readonly rests: Rests },
): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof RetryLater) throw error;
    rests.begin(region, unreachableMs);
    meter.count('RegionsUnreachable');
    onUnreachable(region, error);
    return undefined;
  }
}

/** Names that must not be asked again before a time. */
class Rests {
  readonly #until = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(name: string): boolean {
    const until = this.#until.get(name) ?? 0;
    const rests = this.#nowMs() < until;
    if (!rests) this.#until.delete(name);
    return rests;
  }

  begin(name: string, ms: number): void {
    this.#until.set(name, this.#nowMs() + ms);
  }

  #nowMs(): number {
    return Date.parse(this.#clock.now());
  }
}
