export interface PatternStats {
  requests: number;
  /** Served from a fresh entry. */
  hits: number;
  /** Served by another viewer's pending call to the origin. */
  collapsed: number;
  /** Served from an expired entry, during revalidation or because the origin failed. */
  stale: number;
  /** Expired, but confirmed by the origin with a 304 first. */
  revalidated: number;
  misses: number;
  /** Uncacheable: methods, paths and range requests that are passed through. */
  passed: number;
  /** Answered by the edge itself: by its function, or by rejecting the request. */
  answeredHere: number;
  failed: number;
  originCalls: number;
}

export type Stats = Readonly<Record<string, Readonly<PatternStats>>>;

/** Counters per path pattern. */
export class EdgeStats {
  readonly #byPattern = new Map<string, PatternStats>();

  of(pattern: string): PatternStats {
    const found = this.#byPattern.get(pattern);
    if (found) return found;
    const fresh: PatternStats = {
      ...{ requests: 0, hits: 0, collapsed: 0, stale: 0, revalidated: 0, misses: 0 },
      ...{ passed: 0, answeredHere: 0, failed: 0, originCalls: 0 },
    };
    this.#byPattern.set(pattern, fresh);
    return fresh;
  }

  snapshot(): Stats {
    return Object.fromEntries([...this.#byPattern].map(([pattern, stats]) => [pattern, { ...stats }]));
  }
}

/** Share of cacheable requests that needed no origin call of their own before the answer. */
export function hitRatio({ hits, collapsed, stale, revalidated, misses, failed }: PatternStats): number {
  const served = hits + collapsed + stale;
  return served / (served + revalidated + misses + failed);
}

/** Counters between two snapshots. */
export function difference(after: Stats, before: Stats): Stats {
  return Object.fromEntries(
    Object.entries(after).map(([pattern, counts]) => {
      const earlier: Readonly<Partial<PatternStats>> = before[pattern] ?? {};
      const entries = Object.entries(counts).map(([name, count]) => [
        name,
        count - (earlier[name as keyof PatternStats] ?? 0),
      ]);
      return [pattern, Object.fromEntries(entries) as unknown as PatternStats];
    }),
  );
}
