import { checkWorkedCosts } from '../cost/worked.ts';
import { type Check, check } from './check.ts';
import { checkColdStarts, checkColdStartsByMemory } from './cold-starts.ts';
import { checkBurst } from './environments.ts';
import { checkBacklog, checkCaps, checkDrains, checkErrorConcurrency, checkErrors, checkRamps } from './pollers.ts';
import { checkPartition, checkTableGrowth, checkTableRamps } from './tables.ts';
import { checkWaits } from './waits.ts';

/** Every published set of AWS, of costs and of waiting lines beside the model; other clouds bring their own. */
export function validate(share = 1): Check[] {
  return [
    ...checkRamps(),
    ...checkCaps(),
    checkBacklog(),
    ...checkErrors(),
    ...checkErrorConcurrency(),
    ...checkDrains(),
    ...checkBurst(),
    ...checkTableRamps(),
    ...checkTableGrowth(),
    checkPartition(),
    ...checkColdStarts(),
    ...checkColdStartsByMemory(),
    ...checkWaits(share),
    ...checkCosts(),
  ];
}

function checkCosts(): Check[] {
  return checkWorkedCosts().map((worked) => toCheck(worked));
}

const toCheck = ({ name, model, published, source }: ReturnType<typeof checkWorkedCosts>[number]): Check =>
  check({
    ...{ set: 'Worked cost', row: name, model: Number(model), measured: Number(published), unit: 'USD' },
    ...{ tolerance: 0, source: String(source) },
  });
