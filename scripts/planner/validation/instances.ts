import { mostInstances } from '../../../stacks/model/clouds/azure-host.ts';
import { findStage } from '../../../stacks/model/stages/stages.ts';
import { azureAssumptions } from '../clouds/azure/assumptions.ts';
import { azureRules } from '../clouds/azure/rules.ts';
import type { CloudRules, RuleInput, ServiceRule } from '../clouds/cloud-model.ts';
import { googleAssumptions } from '../clouds/google/assumptions.ts';
import { googleRules } from '../clouds/google/rules.ts';
import { Instances } from '../clouds/instances.ts';
import { WorkerQueue } from '../clouds/worker-queue.ts';
import type { Assumption } from '../model/assumptions.ts';
import { Tracker } from '../model/tracker.ts';
import { profileSchema } from '../profile/schema.ts';
import { type Check, check } from './check.ts';

const drains = 'https://mikhail.io/2018/11/from-0-to-1000-instances-how-serverless-providers-scale-queue-processing/';
const fanOut = 'https://fhtino.it/docs/az-funct-scale-tests';
const plans = 'https://github.com/microsoft/azure-skills (hosting plans)';
const waiting = "gcpquiz.com, a copy of Google's older pages";
const step = 0.1;

const { shop } = profileSchema.parse({ profiles: {}, calendar: [{ profile: '', otherwise: true }] });
const inputOf = (rows: Readonly<Record<string, Assumption>>): RuleInput => ({
  ...{ stage: findStage('prod'), shop, shards: 1 },
  constants: Object.fromEntries(Object.entries(rows).map(([name, { value }]) => [name, value])),
});
const azure = azureRules(inputOf(azureAssumptions));
const google = googleRules(inputOf(googleAssumptions));

interface Drain {
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

/** The Consumption plan of 2018: https://learn.microsoft.com/azure/azure-functions/functions-scale */
const consumption2018: CloudRules = { ...azure, growth: { api: 1, worker: 1 / 30 } };
const consumptionPlan = { maxInstances: 200, atOnce: 24, cores: 1 };
const firstGeneration = { maxInstances: 3_000, atOnce: 1, cores: 1 };

const drainRows = [
  {
    // Published as between AWS's 5.5 and Google's 4.5.
    ...{ row: 'Azure, pause of 500 ms', rules: consumption2018, instance: consumptionPlan },
    ...{ seconds: 0.5, coreSeconds: 0, minutes: 5, peak: null, atMost: false },
    note: 'one instance in 30 s was the documented rule; 2.5 in a minute were seen',
  },
  {
    ...{ row: 'Azure, 400 ms of a core', rules: consumption2018, instance: consumptionPlan },
    ...{ seconds: 0.4, coreSeconds: 0.4, minutes: 21, peak: 52, atMost: false },
    note: 'one instance in 30 s was the documented rule; 2.5 in a minute were seen',
  },
  {
    ...{ row: 'Google, pause of 500 ms', rules: google, instance: firstGeneration },
    ...{ seconds: 0.5, coreSeconds: 0, minutes: 4.5, peak: 335, atMost: false },
    note: '',
  },
  {
    ...{ row: 'Google, 1,600 ms at 128 MB', rules: google, instance: firstGeneration },
    ...{ seconds: 1.6, coreSeconds: 0, minutes: 6, peak: 1_169, atMost: true },
    note: '',
  },
  {
    ...{ row: 'Google, 160 ms at 2,048 MB', rules: google, instance: firstGeneration },
    ...{ seconds: 0.16, coreSeconds: 0, minutes: 8, peak: 110, atMost: false },
    note: '',
  },
] as const;

/** No rule of the first generation's pace is published. */
const unknownPace = '20 instances a second are guessed for Cloud Run; the first generation of 2018 started fewer';

/** 100,000 messages dropped on an idle queue in November 2018, under the documented rules of that time. */
export function checkCloudDrains(): Check[] {
  return drainRows.flatMap(({ row, minutes, peak, atMost, note, ...drain }) => {
    const model = drainQueue({ ...drain, messages: 100_000 });
    const common = { set: 'Other queues, drain of 100,000', source: drains, tolerance: 10, note: note || unknownPace };
    return [
      check({
        ...common,
        row: `${row}: minutes`,
        model: model.minutes,
        measured: minutes,
        unit: atMost ? 'min or less' : 'min',
        atMost,
      }),
      ...(peak === null
        ? []
        : [check({ ...common, row: `${row}: peak`, model: model.peak, measured: peak, unit: 'instances' })]),
    ];
  });
}

/** 20,000 jobs of 5 s at 20 % of a core on the Consumption plan, under the rule that the planner uses. */
function checkFanOut(): Check {
  const jobs = { messages: 20_000, seconds: 5, coreSeconds: 1 };
  const { minutes } = drainQueue({ rules: azure, instance: consumptionPlan, ...jobs });
  return check({
    ...{ set: 'Azure fan-out', row: '20,000 jobs of 5 s: minutes', model: minutes, measured: 7.5, unit: 'min' },
    ...{ tolerance: 10, source: fanOut },
    note: 'the seconds between two decisions are guessed',
  });
}

/** An endless load never gets more instances than the plan allows. */
function checkMostInstances(): Check {
  const instances = new Instances({ ...azure.services.catalog, maxInstances: mostInstances }, azure.growth.api);
  for (let second = 0; second < 3_600; second++) instances.grow({ invocations: 1e6, seconds: 1, coreSeconds: 0.1 }, 1);
  return check({
    ...{ set: 'Azure plan', row: 'Flex Consumption: most instances', model: instances.count, measured: 1_000 },
    ...{ unit: 'instances', tolerance: 0, source: plans },
  });
}

/** At its most instances a service lets a request wait. */
function checkPending(): Check {
  return check({
    ...{ set: 'Cloud Run', row: 'wait before 429', model: google.pendingSeconds, measured: 60, unit: 's' },
    ...{ tolerance: 0, source: waiting },
    note: "60 s is an older page's; today's says 3.5 times the start time, 10 s at least",
  });
}

export const checkCloudScaling = (): Check[] => [
  ...checkCloudDrains(),
  checkFanOut(),
  checkMostInstances(),
  checkPending(),
];
