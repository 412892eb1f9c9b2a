import { http, type Request } from '@google-cloud/functions-framework';
import * as z from 'zod';
import type { HttpEvent, HttpResult } from '../../contracts/http-event.ts';

/** Below the time limits of the functions: the clients repeat a call that hangs for longer than a caller waits. */
const deadlinesMs = { api: 8_000, worker: 25_000 };

/** Registers a function behind the load balancer. */
export function serveApi(name: string, api: (event: HttpEvent) => Promise<HttpResult>): void {
  http(name, async (request, response) => {
    const { statusCode, headers, body } = await within(deadlinesMs.api, api(eventOf(request))).catch(() => busy);
    response.status(statusCode).set(headers);
    response.end(body);
  });
}

const busy: HttpResult = { statusCode: 503, headers: { 'cache-control': 'no-store', 'retry-after': '1' } };

/** What every call of a worker has. */
export interface Call {
  /** Until it counts as failed. */
  readonly remainingMs: () => number;
}

export interface PushedMessage extends Call {
  readonly body: string;
  readonly messageId: string;
}

const pushed = z.object({ message: z.object({ data: z.base64().default(''), messageId: z.string() }) });

/** A function that Google's services call, and nobody else. */
export interface Worker<Given extends unknown[]> {
  /** Answers whether a request carries the right token. */
  readonly verify: (authorization: string | undefined) => Promise<boolean>;
  readonly work: (...given: Given) => Promise<void>;
  /** What `work` threw, or took too long for. */
  readonly onError: (error: unknown) => void;
}

/**
 * Registers a function that Pub/Sub pushes to. As plain HTTP: a CloudEvent function never sees the token. Whatever is
 * not a 2xx comes again, and lies among the dead letters in the end.
 */
export function servePush(name: string, { work, ...worker }: Worker<[PushedMessage]>): void {
  serveWorker(name, worker, async (request, call) => {
    const { message } = pushed.parse(request.body);
    const body = Buffer.from(message.data, 'base64').toString();
    await work({ body, messageId: message.messageId, ...call });
  });
}

/** Registers a function that Cloud Scheduler calls, with a token like Pub/Sub's. */
export function serveTimer(name: string, { work, ...worker }: Worker<[Call]>): void {
  serveWorker(name, worker, (_, call) => work(call));
}

function serveWorker(
  name: string,
  { verify, onError }: Omit<Worker<[]>, 'work'>,
  work: (request: Request, call: Call) => Promise<void>,
): void {
  http(name, async (request, response) => {
    response.status(await statusOf(request));
    response.end();
  });

  async function statusOf(request: Request): Promise<number> {
    try {
      if (request.method !== 'POST') return 405;
      if (!(await verify(request.get('authorization')))) return 403;
      const end = Date.now() + deadlinesMs.worker;
      await within(deadlinesMs.worker, work(request, { remainingMs: () => end - Date.now() }));
      return 204;
    } catch (error) {
      onError(error);
      return error instanceof z.ZodError ? 400 : 503;
    }
  }
}

/** @throws {Error} when the work takes longer; it goes on, and a repetition finds what it did */
async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  const timeout = AbortSignal.timeout(ms);
  const late = new Promise<never>((_, reject) => {
    timeout.addEventListener('abort', () => reject(new Error(`not done within ${ms} ms`)), { once: true });
  });
  return Promise.race([work, late]);
}

function eventOf(request: Request & { rawBody?: Buffer }): HttpEvent {
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value] as const],
  );
  // Not as a URL: one that begins with `//` would lose its first segment to the host.
  const [rawPath = '', query] = request.originalUrl.split('?', 2);
  return {
    rawPath,
    headers: Object.fromEntries(headers),
    queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
    ...(request.rawBody && { body: request.rawBody.toString() }),
    isBase64Encoded: false,
    requestContext: { http: { method: request.method } },
  };
}
