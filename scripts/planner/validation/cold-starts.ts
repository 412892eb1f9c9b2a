import { drawInit, initMs } from '../model/functions/cold-starts.ts';
import { Random } from '../model/random.ts';
import { type Check, check } from './check.ts';

const draws = 200_000;

/** The drawn starts have the published percentiles. */
export function checkColdStarts(): Check[] {
  const random = new Random(1);
  const drawn = Float64Array.from({ length: draws }, () => drawInit(random) * 1_000).sort();
  return initMs
    .filter(([share]) => share > 0 && share < 1)
    .map(([share, measured]) =>
      check({
        ...{ set: 'Cold start', row: `p${share * 100}`, model: drawn[Math.ceil(share * draws) - 1] ?? 0, measured },
        ...{ unit: 'ms', tolerance: 5, source: 'https://github.com/maxday/lambda-perf (2026-06 to 2026-08)' },
      }),
    );
}
