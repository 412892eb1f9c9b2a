import type { IncomingMessage, ServerResponse } from 'node:http';
import { maxApiBodyBytes } from '../api/capacity.ts';
import { anyPage } from '../http/guard.ts';
import { type Listener, listen } from '../http/listen.ts';
import type { Problem } from '../http/problem.ts';
import { EdgeCache, type Served } from './cache.ts';
import { EdgeFunction } from './edge-function.ts';
import { type Entry, matchesVary } from './entry.ts';
import { targetMatcher } from './invalidation.ts';
import { toCacheKey } from './key.ts';
import type { Headers, Origin, ViewerRequest } from './messages.ts';
import { type Behaviour, behaviourFinder, type Distribution, type ErrorAnswer, normalizedPath } from './model.ts';
import { fetchShared, passThrough, type Route, toFailureStatus, type WholeAnswer } from './origin-call.ts';
import * as problems from './problems.ts';
import { type Mark, type OwnAnswer, problemAnswer, sendEntry, sendOwn, type Viewed } from './reply.ts';
import { EdgeStats, type Stats } from './stats.ts';

export interface EdgeOptions {
  readonly distribution: Distribution;
  /** The distribution's origins, by id. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** Default 64 MiB. */
  readonly maxBytes?: number;
  /** Clock in epoch milliseconds; overridden in tests. */
  readonly now?: () => number;
  /** Receives the edge function's log lines. */
  readonly onLog?: (line: string) => void;
}

const defaultMaxBytes = 64 * 1024 * 1024;
const maxTargetLength = 8_192;

/** A local emulation of CloudFront: a distribution's behaviours, cache and functions, in front of its origins. */
export class Edge {
  readonly #distribution: Distribution;
  readonly #origins: Readonly<Record<string, Origin>>;
  readonly #find: (path: string) => Behaviour;
  readonly #functions: ReadonlyMap<string, EdgeFunction>;
  readonly #cache: EdgeCache<WholeAnswer>;
  readonly #stats = new EdgeStats();
  readonly #now: () => number;
  /** Called with the status of each response; 0 if the viewer hung up. */
  onAnswered: ((status: number) => void) | undefined;
  /** Called with the time until an origin's answer began. */
  onOrigin: ((seconds: number) => void) | undefined;

  constructor({ distribution, origins, maxBytes = defaultMaxBytes, now = Date.now, onLog }: EdgeOptions) {
    this.#distribution = distribution;
    this.#origins = origins;
    this.#find = behaviourFinder(distribution.behaviours);
    this.#functions = new Map(
      [...distribution.functions].map(([name, code]) => [name, new EdgeFunction(code, distribution.id, onLog)]),
    );
    this.#cache = new EdgeCache({ maxBytes, now });
    this.#now = now;
  }

  get distributionId(): string {
    return this.#distribution.id;
  }

  /** Template parts that behave differently here. */
  get notEmulated(): readonly string[] {
    return this.#distribution.notEmulated;
  }

  stats(): Stats {
    return this.#stats.snapshot();
  }

  /** Invalidates the paths (a final `*` matches any suffix). Returns the number of removed entries. */
  invalidate(paths: readonly string[]): number {
    return this.#cache.drop(targetMatcher(paths));
  }

  /** Answers one request. Never rejects: an error becomes a problem response or closes the connection. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', ...query] = (request.url ?? '').split('?');
    const viewer: ViewerRequest = {
      method: request.method ?? 'GET',
      path,
      query: query.join('?'),
      headers: request.headers as Headers,
      ip: request.socket.remoteAddress ?? '',
    };
    const behaviour = this.#find(path);
    const viewed = { behaviour, viewer, response };
    if (this.onAnswered)
      response.once('close', () => this.onAnswered?.(response.writableFinished ? response.statusCode : 0));
    this.#stats.of(behaviour.pattern).requests++;
    const problem = checkRequest(request, viewer, behaviour);
    if (problem) return this.#refuse(viewed, problem);
    try {
      await this.#serve(request, viewed);
    } catch (error) {
      this.#stats.of(behaviour.pattern).failed++;
      if (response.headersSent) response.destroy();
      else await sendOwn(viewed, problemAnswer(problems.originFailed(toFailureStatus(error))), 'Error');
    }
  }

  async #serve(request: IncomingMessage, viewed: Viewed): Promise<void> {
    const { behaviour } = viewed;
    const decided = await this.#runFunction(viewed);
    if ('answer' in decided) {
      this.#stats.of(behaviour.pattern).answeredHere++;
      return sendOwn(viewed, decided.answer, decided.mark);
    }
    const viewer = this.#withRootObject(decided.viewer);
    const originId = decided.originId ?? behaviour.originId;
    const origin = this.#distribution.origins.get(originId);
    const send = this.#origins[originId];
    if (!origin || !send) return this.#refuse(viewed, problems.originUnknown(originId));
    const key = toCacheKey(behaviour, viewer);
    const counted: Origin = (originRequest) => {
      this.#stats.of(behaviour.pattern).originCalls++;
      return this.onOrigin ? this.#timed(send(originRequest)) : send(originRequest);
    };
    const route: Route = { behaviour, origin, send: counted, viewer, target: key.target };
    const rewritten = { ...viewed, viewer };
    if (!isCacheable(behaviour, viewer)) return this.#pass(rewritten, route, request);
    const read = this.#cache.read(key, (cached) => fetchShared(route, cached, this.#distribution, this.#now));
    const served = read instanceof Promise ? await read : read;
    if (served.outcome === 'ask' || ('entry' in served && !matchesVary(served.entry, viewer.headers))) {
      return this.#pass(rewritten, route, request);
    }
    return this.#reply(rewritten, served);
  }

  #timed<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const begun = performance.now();
    return answer.finally(() => this.onOrigin?.((performance.now() - begun) / 1_000));
  }

  async #reply(viewed: Viewed, served: Exclude<Served<WholeAnswer>, { outcome: 'ask' }>): Promise<void> {
    const stats = this.#stats.of(viewed.behaviour.pattern);
    if (served.outcome === 'failed') {
      stats.failed++;
      return this.#answerError(viewed, problemAnswer(problems.originFailed(served.status)), 'Error');
    }
    stats[counterOf[served.outcome]]++;
    if (served.outcome === 'own') return this.#answerError(viewed, served.own, 'Miss');
    const { entry, outcome } = served;
    if (this.#pageFor(entry.status)) return this.#answerError(viewed, entry, marks[outcome]);
    return sendEntry(viewed, entry, marks[outcome], this.#ageOf(entry));
  }

  async #pass(viewed: Viewed, route: Route, request: IncomingMessage): Promise<void> {
    this.#stats.of(viewed.behaviour.pattern).passed++;
    const isRead = route.viewer.method === 'GET' || route.viewer.method === 'HEAD';
    const answer = await passThrough(route, isRead ? undefined : request);
    return this.#answerError(viewed, answer, answer.status >= 500 ? 'Error' : 'Miss');
  }

  /** Sends a response, or the distribution's page for its status (CustomErrorResponses). */
  async #answerError(viewed: Viewed, answer: OwnAnswer, mark: Mark): Promise<void> {
    const page = this.#pageFor(answer.status);
    const found = page && (await this.#fetchPage(page.path, viewed.viewer));
    if (!page || !found) return sendOwn(viewed, answer, mark);
    if (!Buffer.isBuffer(answer.body)) answer.body.resume();
    return sendEntry(viewed, found, 'Error', this.#ageOf(found), page.status);
  }

  async #fetchPage(path: string, viewer: ViewerRequest): Promise<Entry | undefined> {
    const behaviour = this.#find(path);
    const origin = this.#distribution.origins.get(behaviour.originId);
    const send = this.#origins[behaviour.originId];
    if (!origin || !send) return undefined;
    const request = { method: 'GET', path, query: '', headers: {}, ip: viewer.ip };
    const key = toCacheKey(behaviour, request);
    const route: Route = { behaviour, origin, send, viewer: request, target: key.target };
    const served = await this.#cache.read(key, (cached) => fetchShared(route, cached, this.#distribution, this.#now));
    return 'entry' in served && served.entry.status === 200 ? served.entry : undefined;
  }

  #pageFor(status: number): ErrorAnswer['page'] {
    return this.#distribution.errors.find((error) => error.status === status)?.page;
  }

  async #runFunction({ behaviour, viewer }: Viewed): Promise<Decided> {
    const edgeFunction = this.#functions.get(behaviour.functions.viewerRequest ?? '');
    if (!edgeFunction) return { viewer };
    try {
      const result = await edgeFunction.onRequest(viewer);
      if (result.kind === 'request') return result;
      return { answer: result, mark: 'FunctionGeneratedResponse' };
    } catch (error) {
      return { answer: problemAnswer(problems.functionFailed((error as Error).message)), mark: 'Error' };
    }
  }

  #withRootObject(viewer: ViewerRequest): ViewerRequest {
    const { defaultRootObject } = this.#distribution;
    return viewer.path === '/' && defaultRootObject !== '' ? { ...viewer, path: `/${defaultRootObject}` } : viewer;
  }

  #refuse(viewed: Viewed, problem: Problem): Promise<void> {
    this.#stats.of(viewed.behaviour.pattern).answeredHere++;
    // The request's body may still arrive, but is not read.
    viewed.response.setHeader('connection', 'close');
    return sendOwn(viewed, problemAnswer(problem), 'Error');
  }

  #ageOf({ bornMs }: Entry): number {
    return Math.max(0, (this.#now() - bornMs) / 1_000);
  }
}

type Decided =
  | { readonly viewer: ViewerRequest; readonly originId?: string }
  | { readonly answer: OwnAnswer; readonly mark: Mark };

const marks = { hit: 'Hit', collapsed: 'Hit', stale: 'Stale', miss: 'Miss', refresh: 'RefreshHit' } as const;
const counterOf = {
  hit: 'hits',
  collapsed: 'collapsed',
  stale: 'stale',
  miss: 'misses',
  refresh: 'revalidated',
  own: 'misses',
} as const;

const uncacheableHeaders = ['range', 'if-range', 'if-match', 'if-unmodified-since'];

function isCacheable({ cache, cachedMethods }: Behaviour, { method, path, headers }: ViewerRequest): boolean {
  // The behaviour was matched on a path other than the origin's, so the response is not cached.
  if (normalizedPath(path) !== path) return false;
  if (cache.maxSeconds === 0 || (method !== 'GET' && method !== 'HEAD') || !cachedMethods.has(method)) return false;
  return !uncacheableHeaders.some((name) => headers[name] !== undefined);
}

function checkRequest(request: IncomingMessage, viewer: ViewerRequest, behaviour: Behaviour): Problem | undefined {
  if (!viewer.path.startsWith('/')) return problems.badTarget;
  if ((request.url ?? '').length > maxTargetLength) return problems.targetTooLong;
  if (!behaviour.allowedMethods.has(viewer.method)) {
    return problems.methodRefused(viewer.method, behaviour.allowedMethods);
  }
  const { 'content-length': length, 'transfer-encoding': coding } = viewer.headers;
  const hasBody = coding !== undefined || (length !== undefined && length !== '0');
  const isRead = viewer.method === 'GET' || viewer.method === 'HEAD';
  return isRead && hasBody ? problems.bodyOnRead : undefined;
}

export interface EdgeServer {
  readonly url: string;
  readonly edge: () => Edge | undefined;
  /** Starts serving; until then, every request gets a 503. */
  connect(edge: Edge): void;
  close(): Promise<void>;
}

/** Binds the port first, so that a port already in use fails before any slow step. */
export async function startEdgeServer(port: number): Promise<EdgeServer> {
  let edge: Edge | undefined;
  const listener: Listener = await listen(
    port,
    'the storefront',
    (request, response) => (edge ? edge.handle(request, response) : refuseUnserved(response, problems.edgeStarting)),
    { guard: anyPage, maxBodyBytes: maxApiBodyBytes },
  );
  return {
    url: listener.url,
    edge: () => edge,
    connect: (connected) => {
      edge = connected;
    },
    close: () => listener.close(),
  };
}

function refuseUnserved(response: ServerResponse, problem: Problem): void {
  const { status, headers, body } = problemAnswer(problem);
  response.writeHead(status, { ...(headers as Record<string, string>), connection: 'close' });
  response.end(body);
}
