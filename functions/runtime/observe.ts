import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { logger } from './log.ts';
import { metrics } from './meter.ts';

/** A function as Lambda calls it. */
export function onLambda<Event, Result>(work: (event: Event, context: Context) => Promise<Result>) {
  return middy<Event, Result>().use(observe()).handler(work);
}

/** The work of a function that a host calls with many at a time in one process: the metrics leave when it ends, well or not. */
export function observed<Arguments extends unknown[], Result>(work: (...given: Arguments) => Promise<Result>) {
  return async (...given: Arguments): Promise<Result> => {
    try {
      return await work(...given);
    } finally {
      publishMetrics();
    }
  };
}

/** Around every function: each log line names its invocation, and the metrics leave when it ends, well or not. */
function observe(): MiddlewareObj<unknown, unknown> {
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
