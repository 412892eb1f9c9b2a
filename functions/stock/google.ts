import { firestore } from '../adapters/google/firestore-client.ts';
import { serveApi } from '../adapters/google/functions.ts';
import { productReader, productWriter } from '../adapters/google/products.ts';
import { stockSupply } from '../adapters/google/stock.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { authenticator, identityEnv } from '../runtime/identity.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { stockApi } from './api.ts';

const env = readEnv({ FIRESTORE_DATABASE: resource, ...identityEnv, ...originEnv });
const db = firestore(env.FIRESTORE_DATABASE);
const ports = {
  products: { ...productReader(db), ...productWriter(db) },
  stock: stockSupply(db),
  clock: systemClock,
  meter,
  pause: jitteredPause,
};
const apiOptions = { authenticate: authenticator(env), originSecret: env.ORIGIN_SECRET };

serveApi('stock', observed(stockApi(ports, apiOptions)));
