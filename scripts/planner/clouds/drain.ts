import { findStage } from '../../../stacks/model/stages/stages.ts';
import type { Assumption } from '../model/assumptions.ts';
import { Tracker } from '../model/tracker.ts';
import { profileSchema } from '../profile/schema.ts';
import { type Check, check } from '../validation/check.ts';
import { publishedDrains } from '../validation/published-drains.ts';
import type { CloudRules, RuleInput, ServiceRule } from './cloud-model.ts';
import { WorkerQueue } from './worker-queue.ts';

const step = 0.1;

const { shop } = profileSchema.parse({ profiles: {}, calendar: [{ profile: '', otherwise: true }] });

/** Prod by a cloud's own assumptions. */
export const ruleInput = (rows: Readonly<Record<string, Assumption>>): RuleInput => ({
  ...{ stage: findStage('prod'), shop, shards: 1 },
  constants: Object.fromEntries(Object.entries(rows).map(([name, { value }]) => [name, value])),
});

export interface Drain {
  readonly rules: CloudRules;
  readonly instance: Partial<ServiceRule>;
  readonly messages: number;
  readonly seconds: number;
  readonly coreSeconds: number;
}

/** Messages dropped on an idle queue without any instance. */
export function drainQueue({ rules, instance, messages, ...each }: Drain): { minutes: number; peak: number } {
  const settlement = { ...rules.services.settlement, minInstances: 0, ...instance };
  const queue = new WorkerQueue('settlement', { ...rules, services: { ...rules.services, settlement } });
  const line = { seconds: step, tracker: new Tracker(), lateSeconds: undefined };
  queue.step(0, each, { ...line, now: 0 });
  queue.backlog = messages;
  let [now, peak] = [0, 0];
  while (queue.backlog > 0.5) {
    queue.step(0, each, { ...line, now });
    now += step;
    peak = Math.max(peak, queue.instances.count);
  }
  return { minutes: (now + each.seconds) / 60, peak };
}

export interface PublishedDrain extends Omit<Drain, 'messages'> {
  readonly row: string;
  readonly minutes: number;
  /** Null: published without a figure. */
  readonly peak: number | null;
  /** The minutes are published as 'less than'. */
  readonly atMost?: boolean;
  readonly note: string;
}

/** 100,000 messages dropped on an idle queue in November 2018. */
export function checkDrain({ row, minutes, peak, atMost = false, note, ...drain }: PublishedDrain): Check[] {
  const model = drainQueue({ ...drain, messages: 100_000 });
  const common = { set: 'Drain of 100,000', source: publishedDrains, tolerance: 10, note };
  const unit = atMost ? 'min or less' : 'min';
  return [
    check({ ...common, row: `${row}: minutes`, model: model.minutes, measured: minutes, unit, atMost }),
    ...(peak === null
      ? []
      : [check({ ...common, row: `${row}: peak`, model: model.peak, measured: peak, unit: 'instances' })]),
  ];
}
