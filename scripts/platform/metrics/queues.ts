import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { physicalName } from '../../../stacks/model/names.ts';
import { deadLetterQueues } from '../../../stacks/model/services.ts';
import { getQueueTrigger, queueWorkers } from '../../../stacks/model/workers.ts';
import { clientOptions, type Target } from '../engine/target.ts';
import { readBody } from '../http/body.ts';
import type { Forwarder } from '../http/forward.ts';

export interface QueueState {
  /** Name without the stage's prefix. */
  readonly queue: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Missing if the engine does not report it. */
  readonly oldestSeconds?: number;
}

const timeoutMs = 2_000;

/** The engine's own view of its queues. Reading it changes nothing, and the gateway does not count the call. */
const peeked = z.object({
  messages: z.record(
    z.string(),
    z.record(
      z.string(),
      z.record(
        z.string(),
        z.array(z.object({ SentTimestamp: z.number(), IsVisible: z.boolean(), ReceiveCount: z.number() })),
      ),
    ),
  ),
});

export const queueNames = [...queueWorkers.map((worker) => getQueueTrigger(worker).queue), ...deadLetterQueues];

/** @returns undefined for another stage's queue */
const ownName = (stage: string, url: string): string | undefined =>
  queueNames.find((queue) => url.endsWith(`/${physicalName(stage, queue)}`));

/** Reads the built-in engine's queues, with the age of their messages. */
export async function peekQueues(forwarder: Forwarder, stage: string, nowMs = Date.now()): Promise<QueueState[]> {
  const answer = await forwarder.exchange({
    method: 'GET',
    path: '/_ministack/sqs/messages',
    headers: {},
    signal: AbortSignal.timeout(timeoutMs),
  });
  const { messages } = peeked.parse(JSON.parse((await readBody(answer)).toString('utf8')));
  const queues = Object.values(messages).flatMap((regions) =>
    Object.values(regions).flatMap((urls) => Object.entries(urls)),
  );
  return queues.flatMap(([url, found]) => {
    const queue = ownName(stage, url);
    if (queue === undefined) return [];
    const hidden = found.filter(({ IsVisible }) => !IsVisible);
    const inFlight = hidden.filter(({ ReceiveCount }) => ReceiveCount > 0).length;
    const oldest = Math.min(nowMs / 1_000, ...found.map(({ SentTimestamp }) => SentTimestamp));
    return [
      {
        queue,
        visible: found.length - hidden.length,
        inFlight,
        delayed: hidden.length - inFlight,
        oldestSeconds: nowMs / 1_000 - oldest,
      },
    ];
  });
}

/** Reads the queues of any other endpoint, whose API does not report an age. */
export async function readQueues(target: Target, stage: string): Promise<QueueState[]> {
  const sqs = new SQSClient(clientOptions(target));
  try {
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: physicalName(stage, '') }));
    const own = QueueUrls.flatMap((url) => {
      const queue = ownName(stage, url);
      return queue === undefined ? [] : [readQueue(sqs, queue, url)];
    });
    return await Promise.all(own);
  } finally {
    sqs.destroy();
  }
}

async function readQueue(sqs: SQSClient, queue: string, QueueUrl: string): Promise<QueueState> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return {
    queue,
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}
