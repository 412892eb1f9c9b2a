import type { Regions } from '../../../platform/regions/regions.ts';
import type { RegionSnapshot } from '../../../sale/check/region-checks.ts';
import type { Snapshot } from '../../../sale/check/snapshot.ts';
import type { ForeignAttempts } from '../../../sale/hostile-input.ts';
import type { RegionCustomers, RegionVisit } from './customers.ts';
import type { Door } from './door.ts';
import type { RegionSale } from './load.ts';
import type { Told } from './regions-command.ts';
import type { Router } from './router.ts';
import type { Region } from './stores.ts';

export interface Scene {
  readonly regions: Regions;
  readonly home: Region;
  readonly other: Region;
  /** The other region's public address. */
  readonly door: Door;
  readonly router: Router;
  readonly customers: RegionCustomers;
  readonly sale: RegionSale;
  readonly say: (text: string) => void;
}

/** Both regions at the end of a part of the sale. */
export interface BothSeen {
  /** Visits before the end of this part. */
  readonly visits: readonly RegionVisit[];
  /** Both regions once all orders are final, home first. */
  readonly after: readonly RegionSnapshot[];
  readonly differences: readonly string[];
  readonly foreign: readonly ForeignAttempts[];
  /** Answer of `npm run regions` while both regions answer. */
  readonly operator: Told;
  /** Units sold, as reported by each region's API. */
  readonly told: readonly number[];
}

export interface CutSeen extends BothSeen {
  /** Epoch milliseconds. */
  readonly cutAt: number;
  readonly healedAt: number;
  /** Stock of both regions at the end of the cut. */
  readonly stock: readonly Pick<Snapshot, 'shards' | 'transfers'>[];
  readonly unanswered: number;
  /** Epoch milliseconds at which a worker of each region noted that the other one did not answer. */
  readonly unreachable: readonly (readonly number[])[];
}

export interface OutageSeen extends BothSeen {
  /** Epoch milliseconds. */
  readonly closedAt: number;
  readonly openedAt: number;
}

export interface LossSeen {
  /** Epoch milliseconds. */
  readonly lostAt: number;
  /** Writes not yet replicated to the survivor. */
  readonly unsent: number;
  readonly survivor: RegionSnapshot;
  /** The survivor's replica of the lost region. */
  readonly replica: Pick<Snapshot, 'orders'>;
  /** The partner's whole book. */
  readonly book: NonNullable<Snapshot['book']>;
  /** Orders that the partner got twice with different content. */
  readonly conflicting: number;
  readonly answers: SurvivorAnswers;
  readonly foreign: ForeignAttempts;
  /** Answer of `npm run regions` at the survivor. */
  readonly operator: Told;
}

/** Counts of the survivor's answers about the lost region's orders. */
export interface SurvivorAnswers {
  readonly asked: number;
  readonly wrong: readonly string[];
}
