import middy from '@middy/core';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { orderLedger } from '../adapters/aws/ledger.ts';
import { deadLetters } from '../adapters/aws/messaging.ts';
import { orderStore } from '../adapters/aws/orders.ts';
import { stockLevels } from '../adapters/aws/stock.ts';
import type { DeadLetterReason } from '../contracts/order-request.ts';
import { orderRequest } from '../contracts/order-request.ts';
import { workThrough } from '../runtime/batch.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observe } from '../runtime/observe.ts';
import { parseJson } from '../runtime/parse-json.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { continueTrace, traceIdOf } from '../runtime/trace.ts';
import { settleOrder } from './settle-order.ts';

const env = readEnv({ ORDERS_TABLE: resource, STOCK_TABLE: resource, DEAD_LETTER_URL: resource });
const ports = {
  orders: orderStore(env.ORDERS_TABLE),
  ledger: orderLedger({ orders: env.ORDERS_TABLE, stock: env.STOCK_TABLE }),
  stock: stockLevels(env.STOCK_TABLE),
  clock: systemClock,
  meter,
  pause: jitteredPause,
};
const dead = deadLetters(env.DEAD_LETTER_URL);

async function settleMessage({ body, messageId }: SQSRecord): Promise<void> {
  const request = orderRequest.safeParse(parseJson(body));
  if (!request.success) return giveUp(body, 'MALFORMED_MESSAGE', messageId);

  const traceparent = continueTrace(request.data.traceparent);
  const settlement = await settleOrder(request.data.orderId, traceparent, ports);
  logger.info('settled', { traceId: traceIdOf(traceparent), orderId: request.data.orderId, settlement });
  if (settlement === 'unknown order') await giveUp(body, 'UNKNOWN_ORDER', messageId);
}

// No retry mends such a message: five of them would only hold up the others.
async function giveUp(body: string, reason: DeadLetterReason, messageId: string): Promise<void> {
  await dead.put(body, reason);
  meter.count('DeadLettered');
  logger.error('dead letter', { reason, messageId });
}

const settleBatch = (event: SQSEvent, context: Context) =>
  workThrough(event.Records, {
    idOf: (record) => record.messageId,
    groupOf: (record) => record.messageId,
    work: settleMessage,
    concurrency: 10,
    remainingMs: () => context.getRemainingTimeInMillis(),
  });

export const handler = middy<SQSEvent>().use(observe()).handler(settleBatch);
