import { isSold } from '../../../functions/domain/order.ts';
import { allOf, type Finding } from '../../report/finding.ts';
import { checkInvariants } from '../check/invariants.ts';
import type { Snapshot } from '../check/snapshot.ts';
import type { ForeignAttempts } from '../hostile-input.ts';
import { judgePlacing, type Placed } from './placing.ts';
import { judgeInvariants } from './sale.ts';

export interface LoadResult extends Placed {
  readonly units: number;
  readonly quiet: boolean;
  readonly snapshot: Snapshot;
  readonly foreign: ForeignAttempts;
}

/** Judges a load of one-unit orders for one product. */
export function judgeLoad({ plan, placing, units, quiet, snapshot, foreign }: LoadResult): Finding[] {
  const verdicts = checkInvariants(snapshot, {
    accepted: placing.placed,
    requested: placing.unanswered,
    cancels: [],
    ...foreign,
  });
  const sold = Math.min(units, plan.length);
  const rejected = plan.length - sold;
  const count = (state: string) => snapshot.orders.filter((order) => order.state === state).length;
  const dead = snapshot.deadLetters.length;
  return [
    ...judgePlacing({ plan, placing }),
    {
      what: 'all orders final and all events counted',
      measured: quiet ? 'yes' : 'no, although nothing had changed for a while',
      limit: 'in time',
      holds: quiet,
    },
    allOf('units sold', snapshot.orders.filter(isSold).length, sold),
    ...(rejected > 0 ? [allOf('other orders rejected', count('REJECTED'), rejected)] : []),
    { what: 'dead letters', measured: String(dead), limit: '0', holds: dead === 0 },
    ...judgeInvariants(verdicts),
  ];
}
