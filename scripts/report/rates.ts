/** Pairs of seconds since the start, and a value. */
export type Points = readonly (readonly [seconds: number, value: number])[];

/** Rate per second in each slice of time, from instants in epoch milliseconds. */
export function rates(instants: readonly number[], begunAt: number, sliceSeconds: number): Points {
  const counts: number[] = [];
  for (const instant of instants) {
    const slice = Math.max(0, Math.floor((instant - begunAt) / 1_000 / sliceSeconds));
    counts[slice] = (counts[slice] ?? 0) + 1;
  }
  return Array.from(counts, (count = 0, slice) => [(slice + 0.5) * sliceSeconds, count / sliceSeconds]);
}
