import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { HttpEvent, HttpResult } from '../contracts/http-event.ts';
import { ProblemError } from '../contracts/problem.ts';
import { type RouteRow, toPathPattern } from '../contracts/route.ts';
import { within } from '../lib/within.ts';
import { beginHop } from './hop.ts';
import { findIdempotencyKey } from './idempotency-key.ts';
import type { Authenticate, Identity } from './identity.ts';
import { logger } from './log.ts';
import { toProblem } from './problem.ts';
import { continueTrace, traceIdOf } from './trace.ts';

export interface HttpRequest {
  readonly event: HttpEvent;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly traceparent: string;
  /** Fields of the request's log lines; the handler adds what it learns. */
  readonly about: RequestSubject;
  /** Throws on public routes, which have no identity. */
  readonly identity: Identity;
}

/** Fields that find a request's log lines: the idempotency key, and whatever the business names. */
export type RequestSubject = Record<string, string>;

export interface HttpAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type RouteHandler = (request: HttpRequest) => Promise<HttpAnswer>;

/** Milliseconds: shorter than the functions' time limits and than a client's patience; SDKs retry for longer. */
export const requestLimitMs = 8_000;

/**
 * Set by the stack where requests must come through the CDN. Space-separated: the current secret and the one before, so
 * that a rotation refuses no request until the CDN has the new one.
 */
export const originEnv = {
  ORIGIN_SECRET: z
    .string()
    .regex(/^\S{16,}( \S{16,})?$/, 'must be one secret of 16 characters or more, or two with a space between')
    .optional(),
};

export type HttpApi = (event: HttpEvent) => Promise<HttpResult>;

export interface HttpApiOptions {
  readonly authenticate: Authenticate;
  /** As in {@link originEnv}; unset where direct access is allowed. */
  readonly originSecret?: string | undefined;
}

/** The routes of all services. */
export interface RouteTable<Row extends RouteRow> {
  readonly rows: readonly Row[];
  /** Fields of a request's log line, from the parameters of its path. */
  readonly aboutOf?: (params: Readonly<Record<string, string>>) => RequestSubject;
  /** Health checks of DNS and load balancers cannot send a secret. The path reads nothing and reveals nothing. */
  readonly healthPath?: Row['path'];
}

/** Builds the API of a service, with exactly one handler for each of its routes. */
export type HttpApiMaker<Row extends RouteRow> = <Service extends Row['service']>(
  service: Service,
  handlers: Record<Extract<Row, { service: Service }>['name'], RouteHandler>,
  options: HttpApiOptions,
) => HttpApi;

export function apiMaker<const Row extends RouteRow>(given: RouteTable<Row>): HttpApiMaker<Row> {
  const { rows, aboutOf, healthPath } = given;
  const table = new Routes(rows);
  return (service, handlers, options) => serve({ table, service, handlers, aboutOf, healthPath }, options);
}

interface Served {
  readonly table: Routes;
  readonly service: string;
  readonly handlers: Readonly<Record<string, RouteHandler>>;
  readonly aboutOf: RouteTable<RouteRow>['aboutOf'];
  readonly healthPath: string | undefined;
}

function serve({ table, service, handlers, aboutOf, healthPath }: Served, apiOptions: HttpApiOptions): HttpApi {
  const refuseDirectAccess = originCheck(apiOptions.originSecret, healthPath);
  return async function answerRequest(event: HttpEvent): Promise<HttpResult> {
    const traceparent = continueTrace(event.headers.traceparent);
    const hop = beginHop(event.headers.traceparent, traceparent);
    // Not persistent keys of the logger: other clouds handle concurrent requests in one process.
    const about = subjectOf(event);
    let name = 'none';
    let answer: HttpAnswer;
    try {
      refuseDirectAccess(event);
      const { route, params } = table.find(service, event);
      name = route.name;
      if (aboutOf) Object.assign(about, aboutOf(params));
      const identity = route.access === 'public' ? undefined : await apiOptions.authenticate(event);
      if (route.access === 'admin' && !identity?.admin) throw new ProblemError('FORBIDDEN');
      const handler = handlers[route.name] as RouteHandler;
      answer = await within(
        requestLimitMs,
        handler(new MatchedRequest(event, { params, traceparent, about }, identity)),
      );
    } catch (error) {
      answer = toProblemAnswer(
        error,
        { traceId: traceIdOf(traceparent), ...about },
        table.allowedMethods(event.rawPath),
      );
    }
    logger.info('answered', { ...hop.fields(), route: name, status: answer.status, ...about });
    return toResult(answer, traceparent, event.requestContext.http.method === 'HEAD');
  };
}

/** A key that the API would reject is not logged. */
function subjectOf(event: HttpEvent): RequestSubject {
  const idempotencyKey = findIdempotencyKey(event);
  return idempotencyKey === undefined ? {} : { idempotencyKey };
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** @throws {ProblemError} DIRECT_ACCESS, from the check, for a request without one of the accepted secrets */
function originCheck(accepted: string | undefined, healthPath: string | undefined): (event: HttpEvent) => void {
  if (accepted === undefined) return () => {};
  // Constant-time comparison needs equal lengths, which digests have.
  const secrets = accepted.split(' ').map(digest);
  return ({ rawPath, headers }) => {
    if (rawPath === healthPath) return;
    const given = digest(headers['x-origin-secret'] ?? '');
    // Every secret is compared, so that the time does not tell which one matched.
    if (!secrets.map((secret) => timingSafeEqual(given, secret)).includes(true))
      throw new ProblemError('DIRECT_ACCESS');
  };
}

class Routes {
  readonly #compiled: readonly (RouteRow & { readonly pattern: RegExp })[];

  constructor(rows: readonly RouteRow[]) {
    this.#compiled = rows.map((route) => ({ ...route, pattern: toPathPattern(route.path) }));
  }

  /** The value of `Allow`: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6 */
  allowedMethods(path: string): string {
    return this.#on(path)
      .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
      .join(', ');
  }

  find(service: string, event: HttpEvent) {
    const path = event.rawPath;
    const asked = event.requestContext.http.method;
    // HEAD is answered like GET, without the body.
    const method: string = asked === 'HEAD' ? 'GET' : asked;
    for (const route of this.#compiled) {
      const match = route.method === method ? route.pattern.exec(path) : null;
      if (match && route.service === service) return { route, params: { ...match.groups } };
      // The first route of a path and a method is its only one.
      if (match) break;
    }
    if (this.#on(path).length === 0) throw new ProblemError('NOT_FOUND', 'no route matches this path');
    throw new ProblemError('METHOD_NOT_ALLOWED', `this path supports ${this.allowedMethods(path)}, not ${asked}`);
  }

  #on(path: string) {
    return this.#compiled.filter((route) => route.pattern.test(path));
  }
}

/** A class, because a literal with a getter is slow to make. */
class MatchedRequest implements HttpRequest {
  readonly event: HttpEvent;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly traceparent: string;
  readonly about: RequestSubject;
  readonly #identity: Identity | undefined;

  constructor(
    event: HttpEvent,
    { params, traceparent, about }: Pick<HttpRequest, 'params' | 'traceparent' | 'about'>,
    identity: Identity | undefined,
  ) {
    this.event = event;
    this.params = params;
    this.query = event.queryStringParameters ?? {};
    this.traceparent = traceparent;
    this.about = about;
    this.#identity = identity;
  }

  get identity(): Identity {
    if (!this.#identity) throw new Error('a public route has no identity; change its access in the route table');
    return this.#identity;
  }
}

function toProblemAnswer(error: unknown, about: { readonly traceId: string }, allowed: string): HttpAnswer {
  const problem = toProblem(error, about.traceId);
  // A dependency's outage is not our bug and has its own alarms. The same holds for an unreadable row, which its reader
  // reports.
  if (problem.code === 'TRY_AGAIN') logger.warn('not available', { ...about, code: problem.code, error });
  else if (problem.code === 'INTERNAL_ERROR') logger.error('failed', { ...about, code: problem.code, error });
  const headers = {
    'content-type': 'application/problem+json',
    ...retryAfter(problem.code),
    ...(problem.status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(problem.status === 405 && { allow: allowed }),
  };
  return { status: problem.status, body: problem, headers };
}

/** Seconds. Only another deployment makes a row readable, and a region's recovery takes a while. */
function retryAfter(code: string): Record<string, string> {
  if (code === 'TRY_AGAIN') return { 'retry-after': '1' };
  return code === 'UNREADABLE_ROW' || code === 'OWNED_BY_OTHER_REGION' ? { 'retry-after': '60' } : {};
}

function toResult({ status, body, headers }: HttpAnswer, traceparent: string, withoutBody: boolean): HttpResult {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return {
    statusCode: status,
    headers: {
      ...(text !== undefined && { 'content-type': 'application/json' }),
      // Otherwise the host would say 0: https://www.rfc-editor.org/rfc/rfc9110#section-8.6
      ...(text !== undefined && withoutBody && { 'content-length': String(Buffer.byteLength(text)) }),
      'cache-control': 'no-store',
      'x-trace-id': traceIdOf(traceparent),
      ...headers,
    },
    ...(text !== undefined && !withoutBody && { body: text }),
  };
}
