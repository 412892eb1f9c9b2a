import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { busSource, type OrderEvent } from '../../contracts/order-event.ts';
import { toText } from '../../lib/bytes.ts';
import { toChunks } from '../../lib/chunks.ts';
import type { DeadLetters, Envelope, EventBus, OrderQueue } from '../../ports/messaging.ts';
import type { FulfilmentQueue } from '../../ports/partner.ts';
import { eventBridge } from './eventbridge-client.ts';
import { sqs } from './sqs-client.ts';
import { maxAttributes, toSqsMessage } from './sqs-message.ts';

export function orderQueue(queueUrl: string): OrderQueue {
  return {
    async send(request) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(request) }));
    },
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const longestDelaySeconds = 900;

export function fulfilmentQueue(queueUrl: string): FulfilmentQueue {
  return {
    async send(request, delayMs) {
      const DelaySeconds = Math.min(longestDelaySeconds, Math.ceil(delayMs / 1_000));
      await sqs.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(request), DelaySeconds }),
      );
    },
  };
}

export function deadLetters(queueUrl: string): DeadLetters {
  return {
    async put(body, reason, envelope) {
      const message = toSqsMessage(toText(body), withReason(envelope, reason));
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, ...message }));
    },
  };
}

/** The message's own attributes come first: the reason is only a hint for operators. */
function withReason({ attributes = {}, ...envelope }: Envelope = {}, reason: string): Envelope {
  const withIt = { reason: { type: 'String', value: reason }, ...attributes };
  return { ...envelope, attributes: Object.keys(withIt).length > maxAttributes ? attributes : withIt };
}

/** PutEvents takes up to 10 entries a call, and accepts or rejects each one separately. */
const entriesPerCall = 10;
const attempts = 3;

export function eventBus(name: string): EventBus {
  return {
    async publish(events) {
      let remaining = events;
      for (let attempt = 0; attempt < attempts && remaining.length > 0; attempt++) {
        remaining = await publishOnce(name, remaining);
      }
      return remaining;
    },
  };
}

async function publishOnce(bus: string, events: readonly OrderEvent[]): Promise<readonly OrderEvent[]> {
  const refused: OrderEvent[] = [];
  for (const part of toChunks(events, entriesPerCall)) {
    const { Entries = [], FailedEntryCount } = await eventBridge.send(
      new PutEventsCommand({ Entries: part.map((event) => toEntry(bus, event)) }),
    );
    if (FailedEntryCount) refused.push(...part.filter((_, index) => Entries[index]?.ErrorCode));
  }
  return refused;
}

function toEntry(bus: string, event: OrderEvent) {
  return {
    EventBusName: bus,
    Source: busSource,
    DetailType: event.type,
    Detail: JSON.stringify(event),
    Time: new Date(event.order.changedAt),
  };
}
