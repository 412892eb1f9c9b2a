import { firestore } from '../adapters/google/firestore-client.ts';
import { serveApi } from '../adapters/google/functions.ts';
import { productReader } from '../adapters/google/products.ts';
import { salesReader } from '../adapters/google/views.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { systemClock } from '../runtime/system.ts';
import { cacheEnv, catalogApi } from './api.ts';

const env = readEnv({ FIRESTORE_DATABASE: resource, ...cacheEnv, ...originEnv });
const db = firestore(env.FIRESTORE_DATABASE);
const ports = { products: productReader(db), sales: salesReader(db), clock: systemClock, meter };

serveApi('catalog', observed(catalogApi(ports, env, env.ORIGIN_SECRET)));
