import { serveRoutes } from '../adapters/azure/app.ts';
import { openStorage, storageEnv } from '../adapters/azure/storage.ts';
import { tableStore } from '../adapters/azure/table-store.ts';
import { partitionPorts } from '../adapters/single-partition/ports.ts';
import { readEnv } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { systemClock } from '../runtime/system.ts';
import { cacheEnv, catalogApi } from './api.ts';

const env = readEnv({ ...storageEnv, ...cacheEnv, ...originEnv });
const ports = { ...partitionPorts(tableStore(openStorage(env).table)), clock: systemClock, meter };

serveRoutes('catalog', observed(catalogApi(ports, env, env.ORIGIN_SECRET)));
