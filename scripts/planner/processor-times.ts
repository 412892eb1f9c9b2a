import type { ProcessorTimes } from './model/functions/durations.ts';

const time = (perCallMs: number, perOrderMs: number) => ({ perCallMs, perOrderMs });

/** Guessed processor time on a full core, used until `npm run tune` or `--measured` gives measured values. */
export const guessedTimes: ProcessorTimes = {
  catalog: time(2, 0),
  intake: time(4, 0),
  settlement: time(5, 1.5),
  projection: time(5, 0.8),
  fulfilment: time(5, 1.5),
  sweeper: time(10, 0.1),
  stock: time(4, 0),
  invalidation: time(10, 0.1),
};
