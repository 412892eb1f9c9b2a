import { setTimeout as sleep } from 'node:timers/promises';
import { functions } from '../adapters/aws/functions.ts';
import { onLambda } from '../adapters/aws/lambda/on-lambda.ts';
import { orderStore } from '../adapters/aws/orders.ts';
import { releases } from '../adapters/aws/releases.ts';
import { streamImages } from '../adapters/aws/stream-images.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { releaseHook } from '../runtime/release-hook.ts';
import { systemClock } from '../runtime/system.ts';
import { rehearse } from './rehearse.ts';

const env = readEnv({
  ORDERS_TABLE: resource,
  CATALOG_TABLE: resource,
  FUNCTION_PREFIX: resource,
  LIVE_ALIAS: resource,
  ...originEnv,
});
const ports = {
  functions: functions(env.FUNCTION_PREFIX),
  orders: orderStore(env.ORDERS_TABLE),
  images: streamImages({ orders: env.ORDERS_TABLE, catalog: env.CATALOG_TABLE }),
  clock: systemClock,
  sleep: (ms: number) => sleep(ms),
  alias: env.LIVE_ALIAS,
  // The newest, if a rotation accepts two.
  originSecret: env.ORIGIN_SECRET?.split(' ')[0],
  patienceMs: 60_000,
};

export const handler = onLambda(
  releaseHook(releases(), (candidate, deploymentId) => rehearse(candidate, `${deploymentId}.${Date.now()}`, ports)),
);
