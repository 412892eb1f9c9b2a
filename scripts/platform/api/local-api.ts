import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import pLimit, { type LimitFunction } from 'p-limit';
import { type ApiService, routes } from '../../../functions/contracts/routes.ts';
import { httpOrigin } from '../edge/http-origin.ts';
import type { Origin, OriginAnswer } from '../edge/messages.ts';
import type { CallCounters } from '../gateway/counters.ts';
import type { Forwarder } from '../http/forward.ts';
import { foreignHostGuard, type Guard } from '../http/guard.ts';
import { type Listener, listen } from '../http/listen.ts';
import { type Problem, problemMessage, sendProblem } from '../http/problem.ts';
import { concurrencyByService, longestApiQueue } from './capacity.ts';
import type { Throttles } from './throttles.ts';

/** Where a service's requests go: the path at the engine, and the Host header it wants there. */
export interface Destination {
  readonly forwarder: Forwarder;
  readonly path: (path: string) => string;
  readonly host?: string;
}

export type Destinations = Readonly<Record<ApiService, Destination>>;

/** How much the door lets in. */
export interface LocalApiLimits {
  /** Requests of a service under way at once; default: what the workers of this machine take. */
  readonly concurrency?: Readonly<Record<ApiService, number>>;
  /** Requests of a service that may wait for that; default: `longestApiQueue`. */
  readonly longestQueue?: number;
  /** Default: none. */
  readonly throttles?: Throttles | undefined;
}

const retryAfterSeconds = 1;
const busy: Problem = {
  status: 503,
  code: 'front_door_busy',
  title: 'Service Unavailable',
  detail: 'Too many requests wait already.',
  retryAfterSeconds,
};
const throttled: Problem = {
  status: 429,
  code: 'throttled',
  title: 'Too Many Requests',
  detail: 'The throttle of this route is reached.',
  retryAfterSeconds,
};
const starting: Problem = {
  status: 503,
  code: 'starting',
  title: 'Service Unavailable',
  detail: 'The stacks are not deployed yet.',
  retryAfterSeconds,
};

/** The API as clients see it: one origin, whatever the stage deployed behind it. */
export class LocalApi {
  readonly #counters: CallCounters;
  #listener: Listener | undefined;
  #guard: Guard = () => undefined;
  #destinations: Destinations | undefined;
  #limits: Readonly<Record<ApiService, LimitFunction>> = limitsOf(concurrencyByService);
  #longestQueue = longestApiQueue;
  #throttles: Throttles = () => true;

  constructor(counters: CallCounters) {
    this.#counters = counters;
  }

  /** Takes the port at once, so that a taken one is told before anything slow happens. */
  async listen(port: number): Promise<void> {
    this.#listener = await listen(port, 'the API', (request, response) => this.#handle(request, response));
    this.#guard = foreignHostGuard(this.#listener.port);
  }

  get url(): string {
    return this.#listener?.url ?? '';
  }

  /** Opens the way. */
  connect(destinations: Destinations, limits: LocalApiLimits = {}): void {
    this.#limits = limitsOf(limits.concurrency ?? concurrencyByService);
    this.#longestQueue = limits.longestQueue ?? longestApiQueue;
    this.#throttles = limits.throttles ?? this.#throttles;
    this.#destinations = destinations;
  }

  /** The way to one service for the edge, under the same limits; where one API serves all, any of them will do. */
  originOf(service: ApiService): Origin {
    return (asked) => {
      const destination = this.#destinations?.[service];
      if (!destination) return Promise.reject(new Error(starting.detail));
      const { name } = routeOf(asked.method, asked.path.split('?', 1)[0] ?? '');
      this.#counters.count({ service: 'api', operation: name });
      if (!this.#throttles(name)) return Promise.resolve(throttledAnswer(asked.body));
      return this.#limits[service](() => httpOrigin(destination.forwarder, destination)(asked));
    };
  }

  async close(): Promise<void> {
    await this.#listener?.close();
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { service, name } = routeOf(request.method ?? 'GET', pathOf(request));
    const destination = this.#destinations?.[service];
    const limit = this.#limits[service];
    const problem = this.#guard(request.headers) ?? (limit.pendingCount >= this.#longestQueue ? busy : undefined);
    if (problem || !destination) {
      sendProblem(response, problem ?? starting);
      return;
    }
    this.#counters.count({ service: 'api', operation: name });
    if (this.#throttles(name)) void limit(() => pass(request, response, destination));
    else sendProblem(response, throttled);
  }
}

function throttledAnswer(unread: Readable | undefined): OriginAnswer {
  unread?.resume();
  const { headers, body } = problemMessage(throttled);
  return { status: throttled.status, headers, body: Readable.from([body]) };
}

/**
 * A bounded number under way, like the scaling of API Gateway and Lambda together: without it the cap of local workers
 * would answer 429 to a burst that a real account takes without noticing.
 */
function limitsOf(concurrency: Readonly<Record<ApiService, number>>): Record<ApiService, LimitFunction> {
  return { catalog: pLimit(concurrency.catalog), intake: pLimit(concurrency.intake), stock: pLimit(concurrency.stock) };
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
