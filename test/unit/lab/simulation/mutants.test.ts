import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutants } from '../../../../scripts/lab/simulation/mutants.ts';

const root = join(import.meta.dirname, '../../../..');

test.each(mutants.map((mutant) => [`${mutant.scenario}: ${mutant.name}`, mutant] as const))(
  'finds the line of %s exactly once',
  (_, { file, find, replace }) => {
    const parts = readFileSync(join(root, file), 'utf8').split(find);
    expect(parts).toHaveLength(2);
    expect(replace).not.toBe(find);
  },
);

test('names each mutant once', () => {
  const names = mutants.map(({ scenario, name }) => `${scenario}: ${name}`);
  expect(names).toEqual([...new Set(names)]);
});
