import type { MiddlewareObj } from '@middy/core';
import { logger } from './log.ts';
import { metrics } from './meter.ts';

/** Around every function: each log line names its invocation, and the metrics leave when it ends, well or not. */
export function observe(): MiddlewareObj<unknown, unknown> {
  return {
    before: function beginObservation({ context }) {
      logger.resetKeys();
      logger.addContext(context);
    },
    after: publishMetrics,
    onError: publishMetrics,
  };
}

function publishMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
