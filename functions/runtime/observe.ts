import { metrics } from './meter.ts';

/** Publishes metrics after each call, also a failed one; for hosts that run many calls in one process. */
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
