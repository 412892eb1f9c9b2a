import type { MeasuredDurations } from '../types.ts';

export interface Point {
  readonly memoryMb: number;
  /** Fixed time of a batch, and time of each order in it. An API's batch is one request. */
  readonly perBatchMs: number;
  readonly perOrderMs: number;
  /** Processor time of the larger batch. It is the same at every size, unless other programs interfered. */
  readonly cpuMs: number;
}

export interface Curve {
  /** Method that throttled the processes. */
  readonly throttle: string;
  readonly machine: string;
  readonly batchSize: number;
  readonly services: Readonly<Record<string, readonly Point[]>>;
}

/** The curve in the format of `npm run plan -- --measured`: one invocation with a whole batch. */
export function toDurations({ services, batchSize }: Curve): { readonly durations: MeasuredDurations } {
  const durations = Object.entries(services).map(([service, points]) => [
    service,
    points.map(({ memoryMb, perBatchMs, perOrderMs }) => ({ memoryMb, p50Ms: perBatchMs + batchSize * perOrderMs })),
  ]);
  return { durations: Object.fromEntries(durations) };
}
