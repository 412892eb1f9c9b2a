import { setTimeout as sleep } from 'node:timers/promises';
import { onLambda } from '../adapters/aws/lambda/on-lambda.ts';
import { openOrders } from '../adapters/aws/open-orders.ts';
import { orderEvents } from '../adapters/aws/order-events.ts';
import { orderStore } from '../adapters/aws/orders.ts';
import { productReader } from '../adapters/aws/products.ts';
import { releases } from '../adapters/aws/releases.ts';
import { stockLevels } from '../adapters/aws/stock.ts';
import { milliseconds, readEnv, resource } from '../runtime/env.ts';
import { releaseHook } from '../runtime/release-hook.ts';
import { systemClock } from '../runtime/system.ts';
import { inspect } from './inspect.ts';

const env = readEnv({
  ORDERS_TABLE: resource,
  CATALOG_TABLE: resource,
  STOCK_TABLE: resource,
  LATE_MS: milliseconds,
});
const ports = {
  open: openOrders(env.ORDERS_TABLE),
  orders: orderStore(env.ORDERS_TABLE),
  events: orderEvents(env.ORDERS_TABLE),
  products: productReader(env.CATALOG_TABLE, { consistent: true }),
  stock: stockLevels(env.STOCK_TABLE),
  clock: systemClock,
  sleep: (ms: number) => sleep(ms),
  lateMs: env.LATE_MS,
};

export const handler = onLambda(releaseHook(releases(), () => inspect(ports)));
