import { GetQueueUrlCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { isOpen, type Order } from '../../../functions/domain/order.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import type { QueueName } from '../../../stacks/model/services.ts';
import type { RestoreClients } from './clients.ts';
import { traceOf } from './mend-orders.ts';

const messagesPerCall = 10;

/** The message for each open order's next step. A worker ignores it if another one is in flight. */
export function toMessages(orders: readonly Order[]): Readonly<Partial<Record<QueueName, readonly string[]>>> {
  const open = orders.filter(isOpen);
  const settle = open.filter(({ state }) => state === 'PENDING');
  const fulfil = open.filter(({ state }) => state !== 'PENDING');
  return {
    'order-requests': settle.map(({ orderId }) => JSON.stringify({ v: 1, orderId, traceparent: traceOf(orderId) })),
    'fulfilment-requests': fulfil.map(({ orderId }) =>
      JSON.stringify({ v: 1, traceparent: traceOf(orderId), order: { orderId } }),
    ),
  };
}

/**
 * Sends at once what the sweeper would send later, because it is unknown which messages were lost. @returns their
 * number
 */
export async function sendInFlight({ sqs }: RestoreClients, stage: string, orders: readonly Order[]): Promise<number> {
  let sent = 0;
  for (const [queue, bodies] of Object.entries(toMessages(orders))) {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: physicalName(stage, queue) }));
    for (let from = 0; from < bodies.length; from += messagesPerCall) {
      const Entries = bodies
        .slice(from, from + messagesPerCall)
        .map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length > 0) throw new Error(`${queue} refused ${Failed.length} messages: ${Failed[0]?.Message}`);
      sent += Entries.length;
    }
  }
  return sent;
}
