import type { IncomingMessage, ServerResponse } from 'node:http';
import pLimit, { type LimitFunction } from 'p-limit';
import { type ApiService, routes } from '../../functions/contracts/routes.ts';
import { concurrencyByService, longestFrontDoorQueue } from './capacity.ts';
import type { CallCounters } from './counters.ts';
import type { Forwarder } from './forward.ts';
import { foreignHostGuard } from './guard.ts';
import { type Listener, listen } from './listen.ts';
import { type Problem, sendProblem } from './problem.ts';

/** Where a service's requests go: the path at the engine, and the Host header it wants there. */
export interface Destination {
  readonly forwarder: Forwarder;
  readonly path: (path: string) => string;
  readonly host?: string;
}

export interface FrontDoorOptions {
  readonly port: number;
  readonly destinations: Readonly<Record<ApiService, Destination>>;
  readonly counters: CallCounters;
  /** Requests of a service that may be under way at once; null for no bound. */
  readonly concurrency?: Readonly<Record<ApiService, number>> | null;
}

const retryAfterSeconds = 1;
const busy: Problem = {
  status: 503,
  code: 'front_door_busy',
  title: 'Service Unavailable',
  detail: `More than ${longestFrontDoorQueue} requests wait already.`,
  retryAfterSeconds,
};

/** The API as clients see it: one origin, whatever the stage deployed behind it. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<Listener> {
  const concurrency = options.concurrency === undefined ? concurrencyByService : options.concurrency;
  const limits: Record<ApiService, LimitFunction> = {
    catalog: pLimit(concurrency?.catalog ?? Number.POSITIVE_INFINITY),
    intake: pLimit(concurrency?.intake ?? Number.POSITIVE_INFINITY),
    stock: pLimit(concurrency?.stock ?? Number.POSITIVE_INFINITY),
  };
  const listener = await listen(options.port, 'the API', (request, response) => {
    const problem = guard(request.headers);
    if (problem) return sendProblem(response, problem);
    const { service, name } = routeOf(request.method ?? 'GET', pathOf(request));
    options.counters.count({ service: 'api', operation: name });
    const limit = limits[service];
    if (limit.pendingCount >= longestFrontDoorQueue) return sendProblem(response, busy);
    // A bounded number under way, like the scaling of API Gateway and Lambda together: without it the cap of local
    // workers would answer 429 to a burst that a real account takes without noticing.
    void limit(() => pass(request, response, options.destinations[service]));
  });
  const guard = foreignHostGuard(listener.port);
  return listener;
}

async function pass(request: IncomingMessage, response: ServerResponse, to: Destination): Promise<void> {
  if (response.destroyed) return;
  await to.forwarder.forward(request, response, {
    path: to.path(request.url ?? '/'),
    ...(to.host === undefined ? {} : { host: to.host }),
    onHeaders: withRetryAfter,
  });
}

/** Engines leave the header out where the API's contract promises it. */
function withRetryAfter(status: number, headers: string[]): string[] {
  const given = headers.some((text, i) => i % 2 === 0 && text.toLowerCase() === 'retry-after');
  return given || (status !== 429 && status !== 503) ? headers : [...headers, 'retry-after', String(retryAfterSeconds)];
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

const patterns = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`),
}));

/** What no route takes goes to the catalog, which answers 404 and 405 for the whole API. */
export function routeOf(method: string, path: string): { readonly service: ApiService; readonly name: string } {
  const match = patterns.find(({ route, pattern }) => route.method === method && pattern.test(path));
  return match ? { service: match.route.service, name: match.route.name } : { service: 'catalog', name: 'other' };
}
