import { metrics } from './meter.ts';

/** Wraps a function whose host runs many calls in one process: the metrics leave when the call ends, well or not. */
export function observed<Arguments extends unknown[], Result>(work: (...given: Arguments) => Promise<Result>) {
  return async (...given: Arguments): Promise<Result> => {
    try {
      return await work(...given);
    } finally {
      publishMetrics();
    }
  };
}

export function publishMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
