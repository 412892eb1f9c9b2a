import { authorizerClaims } from '../adapters/aws/lambda/authorizer.ts';
import { onLambda } from '../adapters/aws/lambda/on-lambda.ts';
import { region } from '../adapters/aws/other-regions.ts';
import { productReader, productWriter } from '../adapters/aws/products.ts';
import { stockSupply } from '../adapters/aws/stock.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { authenticator, identityEnv } from '../runtime/identity.ts';
import { meter } from '../runtime/meter.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { stockApi } from './api.ts';

export { prewarm } from '../adapters/aws/lambda/prewarm.ts';

const env = readEnv({
  CATALOG_TABLE: resource,
  STOCK_TABLE: resource,
  OWN_REGION: region,
  HOME_REGION: region,
  ...identityEnv,
  ...originEnv,
});
const ports = {
  products: { ...productReader(env.CATALOG_TABLE, { consistent: true }), ...productWriter(env.CATALOG_TABLE) },
  stock: stockSupply({ stock: env.STOCK_TABLE, catalog: env.CATALOG_TABLE }),
  ...(env.HOME_REGION !== env.OWN_REGION && { home: env.HOME_REGION }),
  clock: systemClock,
  meter,
  pause: jitteredPause,
};

export const handler = onLambda(
  stockApi(ports, { authenticate: authenticator(env, authorizerClaims), originSecret: env.ORIGIN_SECRET }),
);
