import { PubSub, type Topic } from '@google-cloud/pubsub';

export const pubsub = new PubSub();

/** Without these a publish is tried for ten minutes: longer than any function lives. */
const gaxOpts = {
  retry: {
    // Aborted, internal, resource exhausted, unavailable, unknown, deadline exceeded.
    retryCodes: [10, 13, 8, 14, 2, 4],
    backoffSettings: {
      initialRetryDelayMillis: 100,
      retryDelayMultiplier: 2,
      maxRetryDelayMillis: 1_000,
      initialRpcTimeoutMillis: 3_000,
      rpcTimeoutMultiplier: 1,
      maxRpcTimeoutMillis: 3_000,
      totalTimeoutMillis: 9_000,
    },
  },
};

/** A topic whose messages leave at once: somebody waits for each of them. */
export function topicOf(name: string): Topic {
  return pubsub.topic(name, { batching: { maxMessages: 1 }, gaxOpts });
}
