import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { busSource, type OrderEvent } from '../../contracts/order-event.ts';
import { toChunks } from '../../lib/chunks.ts';
import type { EventBus } from '../../ports/messaging.ts';
import { eventBridge } from './clients/eventbridge-client.ts';
import { prewarmed } from './lambda/prewarm.ts';

/** PutEvents takes up to 10 entries a call, and accepts or rejects each one separately. */
const entriesPerCall = 10;
const attempts = 3;

export function eventBus(name: string): EventBus {
  const sample = { Entries: [{ EventBusName: name, Detail: '{}' }] };
  prewarmed(eventBridge, (instead) => eventBridge.send(instead(new PutEventsCommand(sample))));
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

/** Names the fields of the contract: a stored event has more. */
function toEntry(bus: string, { v, type, traceparent, order }: OrderEvent) {
  return {
    EventBusName: bus,
    Source: busSource,
    DetailType: type,
    Detail: JSON.stringify({ v, type, traceparent, order }),
    Time: new Date(order.changedAt),
  };
}
