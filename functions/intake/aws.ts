import { retentionEnv } from '../adapters/aws/expiry.ts';
import { authorizerClaims } from '../adapters/aws/lambda/authorizer.ts';
import { onLambda } from '../adapters/aws/lambda/on-lambda.ts';
import { orderLedger } from '../adapters/aws/ledger.ts';
import { orderQueue } from '../adapters/aws/messaging.ts';
import { orderReplica, orderStore } from '../adapters/aws/orders.ts';
import { parseNames, replicas } from '../adapters/aws/other-regions.ts';
import { productReader } from '../adapters/aws/products.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { authenticator, identityEnv } from '../runtime/identity.ts';
import { meter } from '../runtime/meter.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { intakeApi } from './api.ts';

export { prewarm } from '../adapters/aws/lambda/prewarm.ts';

const env = readEnv({
  ORDERS_TABLE: resource,
  CATALOG_TABLE: resource,
  STOCK_TABLE: resource,
  ORDER_QUEUE_URL: resource,
  OTHER_ORDERS_TABLES: replicas,
  ...identityEnv,
  ...originEnv,
  ...retentionEnv,
});
const ports = {
  orders: orderStore(env.ORDERS_TABLE),
  replicas: parseNames(env.OTHER_ORDERS_TABLES).map(orderReplica),
  products: productReader(env.CATALOG_TABLE),
  ledger: orderLedger({ orders: env.ORDERS_TABLE, stock: env.STOCK_TABLE }, { days: env.RETENTION_DAYS }),
  queue: orderQueue(env.ORDER_QUEUE_URL),
  clock: systemClock,
  meter,
  pause: jitteredPause,
};

export const handler = onLambda(
  intakeApi(ports, { authenticate: authenticator(env, authorizerClaims), originSecret: env.ORIGIN_SECRET }),
);
