import type { CloudService } from '../../../stacks/model/clouds/scaling.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { BillOptions, ExactBill } from '../../prices/bill.ts';
import type { Assumption } from '../model/assumptions.ts';
import type { Advice, Mend, Plannable } from '../model/mend.ts';
import type { Element } from '../model/tracker.ts';
import type { Shop } from '../profile/schema.ts';
import type { CloudCalibration, CloudWork } from './calibration/work.ts';

/** How instances of a service are run; each works on several requests or messages at once. */
export interface ServiceRule {
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly atOnce: number;
  readonly cores: number;
  readonly memoryMb: number;
}

/** A published limit of a store or queue. */
export interface MeterRule {
  readonly id: string;
  readonly unit: string;
  readonly reason: string;
  readonly perSecond: number;
  /** What an order's work takes of it. */
  readonly take: (work: CloudWork) => number;
  /** The part that meets the busiest partition. */
  readonly share: number;
  /** Refuses what is above it. Otherwise it is advice, and exceeding it is reported. */
  readonly isEnforced: boolean;
  /** Exceeding it breaks nothing. */
  readonly isAdvice?: boolean;
  /** Grows to so many times what it served some seconds ago. */
  readonly growth?: { readonly factor: number; readonly seconds: number };
}

/** A cloud's limits for one stage. */
export interface CloudRules {
  readonly services: Readonly<Record<CloudService, ServiceRule>>;
  readonly meters: readonly MeterRule[];
  /** New instances a second, of an API and of a worker. */
  readonly growth: { readonly api: number; readonly worker: number };
  /** Messages in flight of a push subscription at first, doubled with every answer; null where workers poll. */
  readonly pushWindow: number | null;
  /** Messages a second of one queue; null without a limit. */
  readonly queuePerSecond: number | null;
  /** How long a request waits for an instance before it is refused, and why then. */
  readonly pendingSeconds: number;
  readonly refusal: string;
  readonly coldSeconds: number;
  readonly pollSeconds: number;
  readonly redeliverSeconds: number;
  readonly storeSeconds: number;
  /** From reading a stock row to its write, and attempts of an order that meets another one. */
  readonly stock: { readonly holdSeconds: number; readonly attempts: number };
  /** Until a postponed message is handed on, on average. */
  readonly postponedSeconds: number;
  /** An instance is billed for this long at least. */
  readonly billedSeconds: number;
  /** Memory of all instances that a region grants a subscription; null without such a limit. */
  readonly memoryQuotaMb: number | null;
}

export interface RuleInput {
  readonly stage: Stage;
  readonly shop: Shop;
  readonly shards: number;
  readonly constants: Readonly<Record<string, number>>;
}

/** Counts of the period: `active.settlement`, `stores.STOCK.writes`, `queues.outbox.messages`, `cdn.requests`. */
export type Counts = ReadonlyMap<string, number>;

export interface CloudBillInput {
  readonly stage: Stage;
  readonly counts: Counts;
  readonly hours: number;
}

/** What the planner has to know about a cloud other than AWS. */
export interface CloudModel {
  readonly name: string;
  /** Columns of its prices; the first is the default. */
  readonly regions: readonly string[];
  readonly assumptions: Readonly<Record<string, Assumption>>;
  readonly rules: (input: RuleInput) => CloudRules;
  readonly findMend: (element: Element, plan: Plannable) => Mend | Advice;
  readonly bill: (input: CloudBillInput, options: BillOptions) => ExactBill;
  readonly calibrate: (shardCount: number, cacheFolder: string) => Promise<CloudCalibration>;
}

/** A scenario's cloud, when it is not AWS. */
export interface Elsewhere {
  readonly model: CloudModel;
  readonly calibration: CloudCalibration;
  readonly constants: Readonly<Record<string, number>>;
}
