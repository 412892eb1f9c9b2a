import type { Random } from '../random.ts';

export interface LineSettings {
  /** Arrivals per second, at random times (Poisson). */
  readonly rate: number;
  readonly servers: number;
  /** Duration of one service, in seconds. */
  readonly service: () => number;
  readonly arrivals: number;
}

/** First come, first served with `servers` servers. @returns each arrival's wait, in seconds */
export function simulateLine({ rate, servers, service, arrivals }: LineSettings, random: Random): Float64Array {
  const free = new Float64Array(servers);
  const waits = new Float64Array(arrivals);
  let now = 0;
  for (let index = 0; index < arrivals; index++) {
    now += random.exponential() / rate;
    const begin = Math.max(now, free[0] ?? 0);
    waits[index] = begin - now;
    replaceTop(free, begin + service());
  }
  return waits;
}

/** Replaces the smallest value of the heap. */
function replaceTop(heap: Float64Array, value: number): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child++;
    if ((heap[child] ?? 0) >= value) break;
    heap[at] = heap[child] ?? 0;
    at = child;
  }
  heap[at] = value;
}
