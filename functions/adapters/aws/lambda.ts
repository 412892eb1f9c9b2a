import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { logger } from '../../runtime/log.ts';
import { publishMetrics } from '../../runtime/observe.ts';

/** Wraps a function for Lambda: each log line names its invocation, and the metrics leave when it ends, well or not. */
export function onLambda<Event, Result>(work: (event: Event, context: Context) => Promise<Result>) {
  return middy<Event, Result>().use(observe()).handler(work);
}

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

/** The partial batch response: Lambda redelivers the named records, and only those. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * @param failed message ids or sequence numbers
 * @returns always a whole response: to Lambda an empty one means that every record succeeded
 */
export function batchResponse(failed: Iterable<string>): BatchResponse {
  return { batchItemFailures: Array.from(failed, (itemIdentifier) => ({ itemIdentifier })) };
}
