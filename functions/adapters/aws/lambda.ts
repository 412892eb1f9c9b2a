import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { logger } from '../../runtime/log.ts';
import { publishMetrics } from '../../runtime/observe.ts';

/** Wraps a handler for Lambda: log lines name the invocation, and metrics are published on success and on failure. */
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

/** A partial batch response: Lambda redelivers only the named records. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * @param failed message ids or sequence numbers
 * @returns always a complete response: Lambda takes an empty one as success of every record
 */
export function batchResponse(failed: Iterable<string>): BatchResponse {
  return { batchItemFailures: Array.from(failed, (itemIdentifier) => ({ itemIdentifier })) };
}
