import { readFileSync, writeFileSync } from 'node:fs';
import type { SimulatedMutant } from '../mutants/mutant.ts';

const file = new URL('./recorded-seeds.json', import.meta.url);

/** The first seed that broke each mutant's invariant, by scenario and name. */
type Recorded = Readonly<Record<string, number>>;

const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded;

const keyOf = ({ scenario, name }: SimulatedMutant) => `${scenario}: ${name}`;

export function recordedSeed(mutant: SimulatedMutant): number | undefined {
  return recorded[keyOf(mutant)];
}

const everySeed = (count: number) => Array.from({ length: count }, (_, seed) => seed);
/** Seeds to try if the recorded one no longer breaks the invariant, as a multiple of the seeds it took. */
const margin = 4;
const leastSeeds = 40;

/** Starts with the recorded seed; after a change of the simulation, another seed may be needed. */
export function quickSeeds(mutant: SimulatedMutant): readonly number[] {
  const first = recordedSeed(mutant) ?? 0;
  return [first, ...everySeed(Math.max(leastSeeds, margin * (first + 1))).filter((seed) => seed !== first)];
}

/** Starts at 0, so that the seed found shows how many seeds the mutant needs. */
export function allSeeds({ scenario }: SimulatedMutant): readonly number[] {
  // Fewer, because a run of the breaker makes 18,000 calls.
  return everySeed(scenario === 'breaker' ? 200 : 2_000);
}

/** Writes the seeds found; keeps those of mutants that were not judged. */
export function recordSeeds(found: readonly { readonly mutant: SimulatedMutant; readonly seed: number }[]): void {
  const all = { ...recorded, ...Object.fromEntries(found.map(({ mutant, seed }) => [keyOf(mutant), seed])) };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(sorted, undefined, 2)}\n`);
}
