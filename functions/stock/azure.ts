import { serveRoutes } from '../adapters/azure/app.ts';
import { openStorage, storageEnv } from '../adapters/azure/storage.ts';
import { tableStore } from '../adapters/azure/table-store.ts';
import { partitionPorts } from '../adapters/single-partition/ports.ts';
import { readEnv } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { authenticator, identityEnv } from '../runtime/identity.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { stockApi } from './api.ts';

const env = readEnv({ ...storageEnv, ...identityEnv, ...originEnv });
const ports = {
  ...partitionPorts(tableStore(openStorage(env).table)),
  clock: systemClock,
  meter,
  pause: jitteredPause,
};
const apiOptions = { authenticate: authenticator(env), originSecret: env.ORIGIN_SECRET };

serveRoutes('stock', observed(stockApi(ports, apiOptions)));
