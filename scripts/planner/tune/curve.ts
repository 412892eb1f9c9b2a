import type { MeasuredDurations } from '../types.ts';

export interface Point {
  readonly memoryMb: number;
  /** Time of a batch whatever it holds, and of each order in it. An API's batch is one request. */
  readonly perBatchMs: number;
  readonly perOrderMs: number;
  /** Processor time of the larger batch: the same at every size, unless other programs were in the way. */
  readonly cpuMs: number;
}

export interface Curve {
  /** How the processes were held. */
  readonly throttle: string;
  readonly machine: string;
  readonly batchSize: number;
  readonly services: Readonly<Record<string, readonly Point[]>>;
}

/** The curve as `npm run plan -- --measured` reads it: one invocation with a whole batch. */
export function toDurations({ services, batchSize }: Curve): { readonly durations: MeasuredDurations } {
  const durations = Object.entries(services).map(([service, points]) => [
    service,
    points.map(({ memoryMb, perBatchMs, perOrderMs }) => ({ memoryMb, p50Ms: perBatchMs + batchSize * perOrderMs })),
  ]);
  return { durations: Object.fromEntries(durations) };
}
