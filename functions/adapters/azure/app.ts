import { app, type HttpRequest, trigger } from '@azure/functions';
import { aboutMessage } from '../../contracts/about-message.ts';
import { type HttpEvent, type HttpResult, toQuery } from '../../contracts/http-event.ts';
import { type ApiService, routes } from '../../contracts/routes.ts';
import type { Delivery, MessageBody } from '../../ports/messaging.ts';
import { parseCopy } from './message-text.ts';
import { connection, type QueueName } from './resources.ts';

/** Registers one function per route, named after it, so that the portal's counts match the route table. */
export function serveRoutes(service: ApiService, api: (call: HttpEvent) => Promise<HttpResult>): void {
  for (const { name, method, path } of routes.filter((route) => route.service === service)) {
    app.http(name, {
      methods: method === 'GET' ? ['GET', 'HEAD'] : [method],
      // The function verifies tokens; a host key would be one secret shared by all customers.
      authLevel: 'anonymous',
      route: path.slice(1),
      handler: async (request) => {
        const { statusCode, headers, body } = await api(await toHttpEvent(request));
        return { status: statusCode, headers, ...(body !== undefined && { body }) };
      },
    });
  }
}

async function toHttpEvent(request: HttpRequest): Promise<HttpEvent> {
  // Bytes, because text would hide that they are not UTF-8.
  const body = Buffer.from(await request.arrayBuffer());
  return {
    rawPath: new URL(request.url).pathname,
    headers: Object.fromEntries(request.headers),
    queryStringParameters: toQuery(request.query),
    ...(body.length > 0 && { body: body.toString('base64') }),
    isBase64Encoded: true,
    requestContext: { http: { method: request.method } },
  };
}

/** Common to all calls of a worker. */
export interface Call {
  /** Time left until the host ends the function. */
  readonly remainingMs: () => number;
}

export interface QueueMessage extends Call {
  readonly body: MessageBody;
  readonly messageId: string;
  readonly delivery: Delivery;
}

/** Gets the error that `work` threw, and log fields that identify the message. */
export type OnError = (error: unknown, about: object) => void;

/** `functionTimeout` of host.json. */
export const functionTimeoutMs = 60_000;

/** A message that `work` rejects is redelivered as host.json says, then copied to the poison queue. */
export function onQueue(
  name: string,
  queueName: QueueName,
  work: (message: QueueMessage) => Promise<void>,
  onError: OnError,
): void {
  app.generic(name, {
    // Without `dataType` the library would parse whatever looks like JSON, and `89e7073266` would become null. The
    // library's `app.storageQueue` does not know the option:
    // https://learn.microsoft.com/azure/azure-functions/functions-triggers-bindings#trigger-and-binding-definitions
    trigger: trigger.generic({ type: 'queueTrigger', queueName, connection, dataType: 'binary' }),
    handler: (entry, { triggerMetadata }) => {
      if (!(entry instanceof Uint8Array))
        throw new Error(`queue ${queueName}: the host sent ${typeof entry} instead of bytes; check dataType`);
      const { body } = parseCopy(entry);
      const delivery = toDelivery(triggerMetadata);
      return work({ body, messageId: String(triggerMetadata?.id), delivery, ...beginCall() }).catch((error) => {
        onError(error, { ...aboutMessage(body), receives: delivery.receives });
        throw error;
      });
    },
  });
}

/** https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#message-metadata */
function toDelivery({ insertionTime, dequeueCount }: Readonly<Record<string, unknown>> = {}): Delivery {
  const [sentAtMs, receives] = [Date.parse(String(insertionTime)), Number(dequeueCount)];
  return { ...(sentAtMs && { sentAtMs }), ...(receives && { receives }) };
}

/** `schedule` is NCRONTAB, or the name of an app setting as `%NAME%`. */
export function onTimer(name: string, schedule: string, work: (call: Call) => Promise<void>): void {
  app.timer(name, { schedule, handler: () => work(beginCall()) });
}

function beginCall(): Call {
  const end = Date.now() + functionTimeoutMs;
  return { remainingMs: () => end - Date.now() };
}
