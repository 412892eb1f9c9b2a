import { PubSub, type Topic } from '@google-cloud/pubsub';

export const pubsub = new PubSub();

/** By default a publish is retried for ten minutes, longer than any function may run. */
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

/** A topic without batching: a caller waits for each message. */
export function openTopic(name: string): Topic {
  // `messageOrdering` only allows messages to have an ordering key.
  return pubsub.topic(name, { batching: { maxMessages: 1 }, gaxOpts, messageOrdering: true });
}
