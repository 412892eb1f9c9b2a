import type { CloudService } from '../../../stacks/model/clouds/scaling.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { BillOptions, ExactBill } from '../../prices/bill.ts';
import type { Assumption } from '../model/assumptions.ts';
import type { Advice, Mend, Plannable } from '../model/mend.ts';
import type { Element } from '../model/tracker.ts';
import type { Shop } from '../profile/schema.ts';
import type { Check } from '../validation/check.ts';
import type { Listed } from '../validation/listed.ts';
import type { CloudCalibration, CloudWork } from './calibration/work.ts';

/** Scaling rule of a service. Each instance works on several requests or messages at once. */
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
  /** Units that an order's work takes from the limit. */
  readonly take: (work: CloudWork) => number;
  /** Share of these units in the busiest partition. */
  readonly share: number;
  /** Rejects anything above the limit. Otherwise, exceeding it is only reported. */
  readonly isEnforced: boolean;
  /** Exceeding the limit breaks nothing. */
  readonly isAdvice?: boolean;
  /** The limit grows to `factor` times the load served `seconds` ago. */
  readonly growth?: { readonly factor: number; readonly seconds: number };
}

/** A cloud's limits for one stage. */
export interface CloudRules {
  readonly services: Readonly<Record<CloudService, ServiceRule>>;
  readonly meters: readonly MeterRule[];
  /** New instances a second, of an API and of a worker. */
  readonly growth: { readonly api: number; readonly worker: number };
  /** Initial number of a push subscription's messages in flight, doubled with every answer; null where workers poll. */
  readonly pushWindow: number | null;
  /** Messages per second of one queue; null without a limit. */
  readonly queuePerSecond: number | null;
  /** How long a request waits for an instance before it is rejected, and the reason given. */
  readonly pendingSeconds: number;
  readonly refusal: string;
  readonly coldSeconds: number;
  readonly pollSeconds: number;
  readonly redeliverSeconds: number;
  readonly storeSeconds: number;
  /** Time from reading a stock row to its write, and attempts of an order that conflicts with another. */
  readonly stock: { readonly holdSeconds: number; readonly attempts: number };
  /** Average delay before a postponed message is re-enqueued. */
  readonly postponedSeconds: number;
  /** Minimum billed duration of an instance. */
  readonly billedSeconds: number;
  /** Memory of all instances that a subscription may have in a region; null without such a limit. */
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

/** Model of a cloud other than AWS. */
export interface CloudModel {
  readonly name: string;
  /** Price columns; the first is the default. */
  readonly regions: readonly string[];
  readonly assumptions: Readonly<Record<string, Assumption>>;
  readonly rules: (input: RuleInput) => CloudRules;
  /** Published figures of this cloud beside the model, and those that nothing is compared with. */
  readonly published: { readonly checks: () => Check[]; readonly listed: readonly Listed[] };
  readonly findMend: (element: Element, plan: Plannable) => Mend | Advice;
  readonly bill: (input: CloudBillInput, options: BillOptions) => ExactBill;
  readonly calibrate: (shardCount: number, cacheFolder: string) => Promise<CloudCalibration>;
}

/** The cloud of a scenario that is not on AWS. */
export interface Elsewhere {
  readonly model: CloudModel;
  readonly calibration: CloudCalibration;
  readonly constants: Readonly<Record<string, number>>;
}
