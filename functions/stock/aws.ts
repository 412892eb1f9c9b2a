import { authorizerClaims } from '../adapters/aws/authorizer.ts';
import { onLambda } from '../adapters/aws/lambda.ts';
import { productReader, productWriter } from '../adapters/aws/products.ts';
import { stockSupply } from '../adapters/aws/stock.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { authenticator, identityEnv } from '../runtime/identity.ts';
import { meter } from '../runtime/meter.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { stockApi } from './api.ts';

export { prewarm } from '../adapters/aws/prewarm.ts';

const env = readEnv({ CATALOG_TABLE: resource, STOCK_TABLE: resource, ...identityEnv, ...originEnv });
const ports = {
  products: { ...productReader(env.CATALOG_TABLE, { consistent: true }), ...productWriter(env.CATALOG_TABLE) },
  stock: stockSupply({ stock: env.STOCK_TABLE, catalog: env.CATALOG_TABLE }),
  clock: systemClock,
  meter,
  pause: jitteredPause,
};

export const handler = onLambda(
  stockApi(ports, { authenticate: authenticator(env, authorizerClaims), originSecret: env.ORIGIN_SECRET }),
);
