import { app, type HttpRequest } from '@azure/functions';
import type { HttpEvent, HttpResult } from '../../contracts/http-event.ts';
import { type ApiService, routes } from '../../contracts/routes.ts';
import { connection, type QueueName } from './resources.ts';

/** One function for each route of the service, named like it: what the portal counts is what the route table says. */
export function serveRoutes(service: ApiService, api: (call: HttpEvent) => Promise<HttpResult>): void {
  for (const { name, method, path } of routes.filter((route) => route.service === service)) {
    app.http(name, {
      methods: method === 'GET' ? ['GET', 'HEAD'] : [method],
      // Tokens are verified in the function; a key of the host would be one secret for all customers.
      authLevel: 'anonymous',
      route: path.slice(1),
      handler: async (request) => {
        const { statusCode, headers, body } = await api(await callOf(request));
        return { status: statusCode, headers, ...(body !== undefined && { body }) };
      },
    });
  }
}

async function callOf(request: HttpRequest): Promise<HttpEvent> {
  const body = await request.text();
  return {
    rawPath: new URL(request.url).pathname,
    headers: Object.fromEntries(request.headers),
    queryStringParameters: Object.fromEntries(request.query),
    ...(body !== '' && { body }),
    isBase64Encoded: false,
    requestContext: { http: { method: request.method } },
  };
}

/** What every call of a worker has. */
export interface Call {
  /** Until the host ends the function. */
  readonly remainingMs: () => number;
}

export interface QueueMessage extends Call {
  readonly body: string;
  readonly messageId: string;
}

/** `functionTimeout` of host.json. */
export const functionTimeoutMs = 60_000;

/** What `work` throws on comes again, as host.json says, and is then copied to the poison queue. */
export function onQueue(name: string, queueName: QueueName, work: (message: QueueMessage) => Promise<void>): void {
  app.storageQueue(name, {
    queueName,
    connection,
    // The library parses whatever looks like JSON, and there is no way to the text itself.
    handler: (entry, { triggerMetadata }) =>
      work({
        body: typeof entry === 'string' ? entry : JSON.stringify(entry),
        messageId: String(triggerMetadata?.id),
        ...beginCall(),
      }),
  });
}

/** `schedule` is NCRONTAB, or the name of an app setting as `%NAME%`. */
export function onTimer(name: string, schedule: string, work: (call: Call) => Promise<void>): void {
  app.timer(name, { schedule, handler: () => work(beginCall()) });
}

function beginCall(): Call {
  const end = Date.now() + functionTimeoutMs;
  return { remainingMs: () => end - Date.now() };
}
