import type { Counts } from './cloud-model.ts';

/** All counts whose names match, together. */
export const sumOf = (counts: Counts, names: RegExp): number =>
  [...counts].reduce((sum, [name, count]) => (names.test(name) ? sum + count : sum), 0);
