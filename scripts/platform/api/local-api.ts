import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import pLimit, { type LimitFunction } from 'p-limit';
import { type ApiService, routes, toPathPattern } from '../../../functions/contracts/routes.ts';
import { httpOrigin } from '../edge/http-origin.ts';
import type { Origin, OriginAnswer, OriginRequest } from '../edge/messages.ts';
import type { CallCounters } from '../gateway/counters.ts';
import { readBody } from '../http/body.ts';
import type { Forwarder } from '../http/forward.ts';
import { anyPage } from '../http/guard.ts';
import { type Listener, listen } from '../http/listen.ts';
import { type Problem, problemMessage, sendProblem } from '../http/problem.ts';
import { concurrencyByService, maxApiBodyBytes, maxApiQueue } from './capacity.ts';
import type { Throttles } from './throttles.ts';

/** Destination of a service's requests: path and Host header at the engine. */
export interface Destination {
  readonly forwarder: Forwarder;
  readonly path: (path: string) => string;
  readonly host?: string;
}

export type Destinations = Readonly<Record<ApiService, Destination>>;

/** Limits of the local API. */
export interface LocalApiLimits {
  /** Concurrent requests per service; default: the workers' concurrency on this machine. */
  readonly concurrency?: Readonly<Record<ApiService, number>>;
  /** Requests per service that may wait; default: `maxApiQueue`. */
  readonly longestQueue?: number;
  /** Default: none. */
  readonly throttles?: Throttles | undefined;
}

const retryAfterSeconds = 1;
const busy: Problem = {
  status: 503,
  code: 'front_door_busy',
  title: 'Service Unavailable',
  detail: 'Too many requests are waiting.',
  retryAfterSeconds,
};
const throttled: Problem = {
  status: 429,
  code: 'throttled',
  title: 'Too Many Requests',
  detail: 'The throttle limit of this route is reached.',
  retryAfterSeconds,
};
const starting: Problem = {
  status: 503,
  code: 'starting',
  title: 'Service Unavailable',
  detail: 'The stacks are not deployed yet.',
  retryAfterSeconds,
};

/** Result of a request. */
export interface ApiAnswered {
  readonly service: ApiService;
  readonly route: string;
  /** 0 if the caller hung up or the service did not answer. */
  readonly status: number;
  readonly seconds: number;
  readonly throttled: boolean;
}

/** The API as clients see it: one origin, however it is deployed. */
export class LocalApi {
  readonly #counters: CallCounters;
  #listener: Listener | undefined;
  #destinations: Destinations | undefined;
  #limits: Readonly<Record<ApiService, LimitFunction>> = toLimits(concurrencyByService);
  #longestQueue = maxApiQueue;
  #throttles: Throttles = () => true;
  onAnswered: ((answered: ApiAnswered) => void) | undefined;

  constructor(counters: CallCounters) {
    this.#counters = counters;
  }

  /** Binds the port first, so that a port already in use fails before any slow step. */
  async listen(port: number): Promise<void> {
    this.#listener = await listen(port, 'the API', (request, response) => this.#handle(request, response), {
      guard: anyPage,
      maxBodyBytes: maxApiBodyBytes,
    });
  }

  get url(): string {
    return this.#listener?.url ?? '';
  }

  /** Starts forwarding; until then, every request gets a 503. */
  connect(destinations: Destinations, limits: LocalApiLimits = {}): void {
    this.#limits = toLimits(limits.concurrency ?? concurrencyByService);
    this.#longestQueue = limits.longestQueue ?? maxApiQueue;
    this.#throttles = limits.throttles ?? this.#throttles;
    this.#destinations = destinations;
  }

  /** A service as an origin of the edge, with the same limits. An HTTP API serves all services at one origin. */
  originFor(service: ApiService): Origin {
    return (request) => {
      const destination = this.#destinations?.[service];
      if (!destination) return Promise.reject(new Error(starting.detail));
      const route = findRoute(request.method, request.path.split('?', 1)[0] ?? '');
      this.#counters.count({ service: 'api', operation: route.name });
      const tell = this.#timer(route);
      if (!this.#throttles(route.name)) {
        tell(throttled.status, true);
        return Promise.resolve(throttledAnswer(request.body));
      }
      return tellingOf(this.#whenRead(service, destination, request), request.signal, tell);
    };
  }

  async close(): Promise<void> {
    await this.#listener?.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { service, name } = findRoute(request.method ?? 'GET', parsePath(request));
    const destination = this.#destinations?.[service];
    const limit = this.#limits[service];
    const tell = this.#timer({ service, name });
    let isThrottled = false;
    if (this.onAnswered)
      response.once('close', () => tell(response.writableFinished ? response.statusCode : 0, isThrottled));
    if (!destination) return sendProblem(response, starting);
    if (limit.pendingCount >= this.#longestQueue) return sendProblem(response, busy);
    this.#counters.count({ service: 'api', operation: name });
    isThrottled = !this.#throttles(name);
    if (isThrottled) return sendProblem(response, throttled);
    const body = await readBody(request);
    await limit(() => pass(request, response, destination, body));
  }

  #timer({ service, name }: Route): Tell {
    const begun = this.onAnswered && performance.now();
    return (status, isThrottled = false) => {
      if (begun === undefined) return;
      const seconds = (performance.now() - begun) / 1_000;
      this.onAnswered?.({ service, route: name, status, seconds, throttled: isThrottled });
    };
  }

  /** Like API Gateway, reads the whole body before it calls a function, so that a slow sender does not occupy one. */
  async #whenRead(service: ApiService, to: Destination, { body, ...request }: OriginRequest): Promise<OriginAnswer> {
    const read = body && { body: Readable.from([Buffer.concat(await body.toArray())]) };
    return this.#limits[service](() => httpOrigin(to.forwarder, to)({ ...request, ...read }));
  }
}

type Tell = (status: number, throttled?: boolean) => void;

function tellingOf(answer: Promise<OriginAnswer>, signal: AbortSignal, tell: Tell): Promise<OriginAnswer> {
  return answer.then(
    (given) => {
      tell(given.status);
      return given;
    },
    (error: unknown) => {
      tell(signal.aborted ? 0 : starting.status);
      throw error;
    },
  );
}

function throttledAnswer(unread: Readable | undefined): OriginAnswer {
  unread?.resume();
  const { headers, body } = problemMessage(throttled);
  return { status: throttled.status, headers, body: Readable.from([body]) };
}

/**
 * Queues a burst, as if API Gateway and Lambda scaled up. Otherwise the cap of local workers would answer 429 to a
 * burst that a real account absorbs.
 */
function toLimits(concurrency: Readonly<Record<ApiService, number>>): Record<ApiService, LimitFunction> {
  return { catalog: pLimit(concurrency.catalog), intake: pLimit(concurrency.intake), stock: pLimit(concurrency.stock) };
}

async function pass(request: IncomingMessage, response: ServerResponse, to: Destination, body: Buffer): Promise<void> {
  if (response.destroyed) return;
  await to.forwarder.forward(request, response, {
    body,
    path: to.path(request.url ?? '/'),
    ...(to.host === undefined ? {} : { host: to.host }),
    onHeaders: withRetryAfter,
  });
}

/** Adds the `Retry-After` header of the API's contract, which engines omit. */
function withRetryAfter(status: number, headers: string[]): string[] {
  const given = headers.some((text, i) => i % 2 === 0 && text.toLowerCase() === 'retry-after');
  return given || (status !== 429 && status !== 503) ? headers : [...headers, 'retry-after', String(retryAfterSeconds)];
}

function parsePath(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

interface Route {
  readonly service: ApiService;
  readonly name: string;
}

const patterns = routes.map((route) => ({ route, pattern: toPathPattern(route.path) }));

/** Unknown routes go to the catalog, which answers 404 and 405 for the whole API. */
export function findRoute(method: string, path: string): Route {
  const match = patterns.find(({ route, pattern }) => route.method === method && pattern.test(path));
  return match ? { service: match.route.service, name: match.route.name } : { service: 'catalog', name: 'other' };
}
