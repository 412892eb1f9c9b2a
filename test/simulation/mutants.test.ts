import { expect, test } from 'vitest';
import { judge } from '../../scripts/lab/simulation/judge/judge.ts';
import { judgeAll } from '../../scripts/lab/simulation/judge/judge-all.ts';
import { quickSeeds } from '../../scripts/lab/simulation/judge/recorded-seeds.ts';
import { formatVerdict } from '../../scripts/lab/simulation/judge/report.ts';
import { startMutantTests } from '../../scripts/lab/simulation/judge/run-tests.ts';
import type { SimulatedMutant, TestedMutant } from '../../scripts/lab/simulation/mutants/mutant.ts';
import { mutants } from '../../scripts/lab/simulation/mutants.ts';

/** No mutant starts after this time, unless too few were judged: the recorded seeds of all take two minutes. */
const budgetMs = 28_000;
/** Mutants that must be judged, on a slow machine too. */
const least = Math.ceil(mutants.length / 4);

test('catches every mutant by the invariant or the test that it names', { timeout: 15 * budgetMs }, async () => {
  const end = performance.now() + budgetMs;
  let done = 0;
  const isOver = () => performance.now() > end && done >= least;
  const onVerdict = () => void done++;
  const verdicts = await judgeAll(mutants, { workers: 2, seedsFor: quickSeeds, isOver, onVerdict });
  expect(verdicts.filter(({ fate }) => fate !== 'caught').map(formatVerdict)).toEqual([]);
  const judged = new Set(verdicts.map(({ mutant }) => mutant));
  const left = mutants.filter((mutant) => !judged.has(mutant)).map(({ name }) => name);
  if (left.length > 0) console.log(`only \`npm run simulate -- --mutants\` judges: ${left.join('; ')}`);
  expect(judged.size).toBeGreaterThanOrEqual(least);
});

const stock: SimulatedMutant = {
  name: 'stock',
  scenario: 'dynamodb',
  file: 'functions/domain/stock.ts',
  find: 'return missing === 0 ? taken : undefined;',
  replace: 'return undefined;',
  caughtBy: 'I7',
};
const hash: TestedMutant = {
  name: 'hash',
  test: 'test/unit/intake/place-order.test.ts',
  file: 'functions/intake/place-order.ts',
  find: '[sku, quantity, ...(expectedPrice',
  replace: '[sku, ...(expectedPrice',
  caughtBy: 'rejects a key that was used for a different request',
};
const seeds = Array.from({ length: 10 }, (_, seed) => seed);
const options = { seedsFor: () => seeds, tests: startMutantTests };

test.each([
  ['caught', stock],
  ['caught by another', { ...stock, caughtBy: 'I2' }],
  ['survived', { ...stock, find: 'const taken:', replace: 'const  taken:' }],
  ['not applied', { ...stock, find: 'nowhere' }],
  ['crashed', { ...stock, replace: 'return );' }],
] as const)('says of a mutant that it is %s', async (fate, mutant) => {
  expect(await judge(mutant, options)).toMatchObject({ fate });
});

test('ends a mutant that loops for ever', async () => {
  const endless = { ...stock, find: 'const taken:', replace: 'for (;;);\n  const taken:' };
  expect(await judge(endless, { ...options, limitMs: 5_000 })).toMatchObject({ fate: 'too slow' });
});

test('judges a mutant that no simulation reaches by a test file', async () => {
  const tests = await startMutantTests();
  const judged = async (mutant: TestedMutant) => (await judge(mutant, { ...options, tests: async () => tests })).fate;
  try {
    expect(await judged(hash)).toBe('caught');
    expect(await judged({ ...hash, caughtBy: 'answers a repeat' })).toBe('caught by another');
    expect(await judged({ ...hash, replace: '[ sku, quantity, ...(expectedPrice' })).toBe('survived');
    expect(await judged({ ...hash, replace: ')' })).toBe('crashed');
  } finally {
    await tests.close();
  }
});
