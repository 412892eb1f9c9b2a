import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutated, root } from '../../../../scripts/lab/simulation/judge/mutate.ts';
import { recordedSeed } from '../../../../scripts/lab/simulation/judge/recorded-seeds.ts';
import { isTested, type Mutant } from '../../../../scripts/lab/simulation/mutants/mutant.ts';
import { mutants } from '../../../../scripts/lab/simulation/mutants.ts';

const titleOf = (mutant: Mutant) => `${isTested(mutant) ? mutant.test : mutant.scenario}: ${mutant.name}`;
const titled = mutants.map((mutant) => [titleOf(mutant), mutant] as const);

test.each(titled)('finds the line of %s exactly once', (_, mutant) => {
  const source = readFileSync(join(root, mutant.file), 'utf8');
  expect(mutated(mutant, source)).not.toBe(source);
});

test.each(titled)('changes code with %s, and no comment', (_, mutant) => {
  const source = readFileSync(join(root, mutant.file), 'utf8');
  const changed = mutated(mutant, source);
  const at = [...changed].findIndex((letter, index) => letter !== source[index]);
  const line = changed.slice(changed.lastIndexOf('\n', at - 1) + 1, at);
  expect(line).not.toMatch(/^\s*(\/\/|\*)|\s\/\/\s/);
});

test.each(titled)('knows a judge of %s', (_, mutant) => {
  if (isTested(mutant)) expect(existsSync(join(root, mutant.test))).toBe(true);
  else expect(recordedSeed(mutant), 'run `npm run simulate -- --mutants --record`').toBeDefined();
});

test('names each mutant once', () => {
  const titles = mutants.map(titleOf);
  expect(titles).toEqual([...new Set(titles)]);
});
