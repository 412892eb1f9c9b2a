import { randomUUID } from 'node:crypto';
import type { Context, SQSEvent } from 'aws-lambda';
import { retentionEnv } from '../adapters/aws/expiry.ts';
import { batchResponse, onLambda, toQueueMessage } from '../adapters/aws/lambda/on-lambda.ts';
import { orderLedger } from '../adapters/aws/ledger.ts';
import { deadLetters } from '../adapters/aws/messaging.ts';
import { orderGlances } from '../adapters/aws/order-glances.ts';
import { orderStore } from '../adapters/aws/orders.ts';
import { otherRegions, otherStockEnv, warnUnreachable } from '../adapters/aws/other-regions.ts';
import { stockLevels } from '../adapters/aws/stock.ts';
import { transferReceiver } from '../adapters/aws/transfers.ts';
import { borrower } from '../lending/borrow.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { meter } from '../runtime/meter.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { continueTrace } from '../runtime/trace.ts';
import { settleMessages } from './messages.ts';

export { prewarm } from '../adapters/aws/lambda/prewarm.ts';

const env = readEnv({
  ORDERS_TABLE: resource,
  STOCK_TABLE: resource,
  DEAD_LETTER_URL: resource,
  ...otherStockEnv,
  ...retentionEnv,
});
const lenders = otherRegions(env);
const borrow = borrower({
  region: env.OWN_REGION,
  lenders,
  receiver: transferReceiver(env.STOCK_TABLE),
  clock: systemClock,
  meter,
  pause: jitteredPause,
  newId: randomUUID,
  onUnreachable: warnUnreachable,
});
const ports = {
  orders: orderStore(env.ORDERS_TABLE),
  glances: orderGlances(env.ORDERS_TABLE),
  ledger: orderLedger({ orders: env.ORDERS_TABLE, stock: env.STOCK_TABLE }, { days: env.RETENTION_DAYS }),
  stock: stockLevels(env.STOCK_TABLE),
  deadLetters: deadLetters(env.DEAD_LETTER_URL),
  clock: systemClock,
  meter,
  continueTrace,
  pause: jitteredPause,
  ...(lenders.length > 0 && { borrow }),
};

async function settleBatch({ Records }: SQSEvent, context: Context) {
  const remainingMs = () => context.getRemainingTimeInMillis();
  const messages = Records.map(toQueueMessage);
  return batchResponse(await settleMessages(messages, { ...ports, remainingMs }));
}

export const handler = onLambda(settleBatch);
