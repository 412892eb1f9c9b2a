import type { Counts } from './cloud-model.ts';

/** Sum of all counts whose names match. */
export const sumOf = (counts: Counts, names: RegExp): number =>
  [...counts].reduce((sum, [name, count]) => (names.test(name) ? sum + count : sum), 0);
