import { drawInit } from '../model/functions/cold-starts.ts';
import { Random } from '../model/random.ts';
import { type Check, check } from './check.ts';
import { initPercentiles, memorySizes, type PublishedInits, publishedInits } from './published-inits.ts';

const draws = 200_000;
const source = 'https://github.com/maxday/lambda-perf (2026-06 to 2026-08)';

/** Published percentiles, listed separately from the model's distribution, so that an error in either shows. */
const published = [
  [0.01, 92.2],
  [0.05, 96.3],
  [0.1, 99.7],
  [0.25, 109.3],
  [0.5, 125.4],
  [0.75, 131.4],
  [0.9, 137],
  [0.95, 144.1],
  [0.99, 180.7],
  [0.995, 199.2],
] as const;

/** The drawn starts must have the published percentiles. */
export function checkColdStarts(): Check[] {
  const random = new Random(1);
  const drawn = Float64Array.from({ length: draws }, () => drawInit(random) * 1_000).sort();
  return published.map(([share, measured]) =>
    check({
      ...{ set: 'Cold start', row: `p${share * 100}`, model: drawn[Math.ceil(share * draws) - 1] ?? 0, measured },
      ...{ unit: 'ms', tolerance: 5, source },
    }),
  );
}

/** The rule that a start does not depend on memory: 1,024 MB predict each other size of a runtime. */
export function checkColdStartsByMemory(): Check[] {
  return publishedInits.flatMap((row) => memorySizes.slice(0, -1).flatMap((mb, index) => checkMemory(row, mb, index)));
}

function checkMemory({ runtime, pack, arch, ms }: PublishedInits, mb: number, index: number): Check[] {
  return initPercentiles.map((percentile, column) =>
    check({
      ...{ set: 'Cold start by memory', row: `${runtime} ${pack} ${arch}, ${mb} MB: p${percentile}` },
      ...{ model: ms.at(-1)?.[column] ?? 0, measured: ms[index]?.[column] ?? 0, unit: 'ms', tolerance: 5, source },
      note: pack === 'image' && percentile === 90 ? rareHump : percentile === 99 ? fewStarts : '',
    }),
  );
}

const rareHump = 'a second hump at some 650 ms holds about a tenth of the starts, and its share moves';
const fewStarts = 'about eight of 755 starts are above it';
