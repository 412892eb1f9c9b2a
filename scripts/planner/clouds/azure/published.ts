import { mostInstances } from '../../../../stacks/model/clouds/azure-host.ts';
import { type Check, check } from '../../validation/check.ts';
import type { Listed } from '../../validation/listed.ts';
import type { CloudRules } from '../cloud-model.ts';
import { checkDrain, drainQueue, ruleInput } from '../drain.ts';
import { Instances } from '../instances.ts';
import { azureAssumptions } from './assumptions.ts';
import { azureRules } from './rules.ts';

const fanOut = 'https://fhtino.it/docs/az-funct-scale-tests';
const plans = 'https://github.com/microsoft/azure-skills (hosting plans)';

const rules = azureRules(ruleInput(azureAssumptions));
/** The Consumption plan of 2018: https://learn.microsoft.com/azure/azure-functions/event-driven-scaling */
const rules2018: CloudRules = { ...rules, growth: { api: 1, worker: 1 / 30 } };
const instance = { maxInstances: 200, atOnce: 24, cores: 1 };
const note = 'one instance in 30 s was the documented rule; 2.5 in a minute were seen';

/** 20,000 jobs of 5 s at 20 % of a core on the Consumption plan, under the rule that the planner uses. */
function checkFanOut(): Check {
  const { minutes } = drainQueue({ rules, instance, messages: 20_000, seconds: 5, coreSeconds: 1 });
  return check({
    ...{ set: 'Fan-out', row: '20,000 jobs of 5 s: minutes', model: minutes, measured: 7.5, unit: 'min' },
    ...{ tolerance: 10, source: fanOut, note: 'the seconds between two decisions are guessed' },
  });
}

/** An endless load never gets more instances than the plan allows. */
function checkMostInstances(): Check {
  const instances = new Instances({ ...rules.services.catalog, maxInstances: mostInstances }, rules.growth.api);
  for (let second = 0; second < 3_600; second++) instances.grow({ invocations: 1e6, seconds: 1, coreSeconds: 0.1 }, 1);
  return check({
    ...{ set: 'Plan', row: 'Flex Consumption: most instances', model: instances.count, measured: 1_000 },
    ...{ unit: 'instances', tolerance: 0, source: plans },
  });
}

export const checkAzure = (): Check[] => [
  // Published as between AWS's 5.5 and Google's 4.5 minutes.
  ...checkDrain({
    ...{ row: 'pause of 500 ms', rules: rules2018, instance, seconds: 0.5, coreSeconds: 0 },
    ...{ minutes: 5, peak: null, note },
  }),
  ...checkDrain({
    ...{ row: '400 ms of a core', rules: rules2018, instance, seconds: 0.4, coreSeconds: 0.4 },
    ...{ minutes: 21, peak: 52, note },
  }),
  checkFanOut(),
  checkMostInstances(),
];

export const azureListed: readonly Listed[] = [
  { set: 'Drain of 100,000', row: 'pause of 500 ms: peak', rows: 1, why: "no figure: 'few'" },
  {
    ...{ set: 'Flex Consumption', row: '0 to 32,000 requests/s in 7 s', rows: 1 },
    why: 'names no input: duration, concurrency and size of an instance',
  },
  {
    ...{ set: 'Flex Consumption', row: '40,000 requests/s on 1,000 instances in a minute', rows: 1 },
    why: 'the source of `httpInstancesPerSecond`: it would be compared with itself',
  },
  {
    ...{ set: 'Target-based scaling', row: '4 instances at a time, and targets of an instance', rows: 2 },
    why: 'a rule without an outcome; `instancesPerDecision` is that rule',
  },
  { set: 'Consumption', row: '200 instances', rows: 1, why: 'no stage uses that plan' },
];
