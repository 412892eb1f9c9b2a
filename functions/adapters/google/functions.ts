import type { IncomingMessage, RequestListener } from 'node:http';
import * as z from 'zod';
import { aboutMessage } from '../../contracts/about-message.ts';
import { maxBodyBytes } from '../../contracts/body-limits.ts';
import { type HttpEvent, type HttpResult, toQuery } from '../../contracts/http-event.ts';
import { TimeoutError, within } from '../../lib/within.ts';
import type { Attribute, Delivery, Envelope } from '../../ports/messaging.ts';
import { register } from './framework-server.ts';
import { readBody } from './read-body.ts';

/** Milliseconds, below the workers' time limit: the clients retry a hanging call for longer than Pub/Sub waits. */
const workerLimitMs = 25_000;

/** Milliseconds: as long as a request may take otherwise. Node waits for 300 s. */
const bodyLimitMs = 8_000;

/** Registers a function behind the load balancer. */
export function serveApi(name: string, api: (event: HttpEvent) => Promise<HttpResult>): void {
  register(
    name,
    listen(async (request) => {
      const event = toHttpEvent(request);
      try {
        // A body one byte over the limit is refused with the same problem as on the other clouds.
        const body = await within(bodyLimitMs, readBody(request, maxBodyBytes));
        return api(body.length > 0 ? { ...event, body: body.toString('base64') } : event);
      } catch (error) {
        if (error instanceof TimeoutError) return api({ ...event, isBodyLate: true });
        throw error;
      }
    }),
  );
}

/** A client that ends the connection gets no answer. */
function listen(answer: (request: IncomingMessage) => Promise<HttpResult>): RequestListener {
  return (request, response) =>
    void answer(request).then(
      ({ statusCode, headers, body }) => {
        response.writeHead(statusCode, { ...headers, ...(statusCode === 408 && { connection: 'close' }) }).end(body);
        // A client may read the answer only after it has sent its body, so the connection stays open for a while.
        if (request.complete === false) setTimeout(() => request.complete || request.destroy(), bodyLimitMs).unref();
      },
      (error: Error) => response.destroy(error),
    );
}

const toAttributes = (attributes: Readonly<Record<string, string>>): Record<string, Attribute> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { type: 'String', value }]));

/** Common to all calls of a worker. */
export interface Call {
  /** Time left until the call counts as failed. */
  readonly remainingMs: () => number;
}

export interface PushedMessage extends Call {
  readonly body: Uint8Array;
  readonly messageId: string;
  readonly envelope: Envelope;
  readonly delivery: Delivery;
}

/** https://cloud.google.com/pubsub/docs/push#receive_push */
const pushed = z.object({
  message: z.object({
    data: z.base64().default(''),
    messageId: z.string(),
    attributes: z.record(z.string(), z.string()).default({}),
    orderingKey: z.string().optional(),
    publishTime: z.string().optional(),
  }),
  /** Only with a dead-letter topic. */
  deliveryAttempt: z.int().optional(),
});

/** A function that only Google's services may call. */
export interface Worker<Given extends unknown[]> {
  /** Whether a request carries the right token. */
  readonly verify: (authorization: string | undefined) => Promise<boolean>;
  readonly work: (...given: Given) => Promise<void>;
  /** Gets the error that `work` threw, or its timeout, and log fields that identify the message. */
  readonly onError: (error: unknown, about: object) => void;
}

/**
 * Registers a function that Pub/Sub pushes to. It is plain HTTP, because a CloudEvent function never sees the token. A
 * message answered with anything but a 2xx is redelivered, and dead-lettered in the end.
 */
export function servePush(name: string, { work, ...worker }: Worker<[PushedMessage]>): void {
  serveWorker(name, worker, async (request, call, about) => {
    const { message, deliveryAttempt } = pushed.parse(parseJson(await readBody(request, maxPushBytes)));
    const { data, messageId, attributes, orderingKey, publishTime } = message;
    const envelope = { attributes: toAttributes(attributes), ...(orderingKey && { orderingKey }) };
    const body = Buffer.from(data, 'base64');
    const sentAtMs = Date.parse(publishTime ?? '');
    const delivery = { ...(sentAtMs && { sentAtMs }), ...(deliveryAttempt && { receives: deliveryAttempt }) };
    Object.assign(about, aboutMessage(body), { receives: deliveryAttempt });
    await work({ body, messageId, envelope, delivery, ...call });
  });
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** A message of at most 10 MB, in Base64: https://cloud.google.com/pubsub/quotas#resource_limits */
const maxPushBytes = 15_000_000;

/** Registers a function that Cloud Scheduler calls, with a token like Pub/Sub's. */
export function serveTimer(name: string, { work, ...worker }: Worker<[Call]>): void {
  serveWorker(name, worker, (_, call) => work(call));
}

function serveWorker(
  name: string,
  { verify, onError }: Omit<Worker<[]>, 'work'>,
  work: (request: IncomingMessage, call: Call, about: object) => Promise<void>,
): void {
  register(
    name,
    listen(async (request) => ({ statusCode: await run(request), headers: {} })),
  );

  async function run(request: IncomingMessage): Promise<number> {
    const about = {};
    try {
      if (request.method !== 'POST') return 405;
      // Checked before the body, so that other callers cannot make the function read one.
      if (!(await verify(request.headers.authorization))) return 403;
      const end = Date.now() + workerLimitMs;
      await within(workerLimitMs, work(request, { remainingMs: () => end - Date.now() }, about));
      return 204;
    } catch (error) {
      onError(error, about);
      return error instanceof z.ZodError ? 400 : 503;
    }
  }
}

/** The request without its body. */
function toHttpEvent(request: IncomingMessage): HttpEvent {
  // Node would keep only the first of some repeated headers, such as two tokens. Joined, they are refused, as on the
  // other clouds.
  const headers = Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(',')]);
  // Not parsed as a URL: a target that begins with `//` would lose its first segment to the host. A proxy may send the
  // absolute URL: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
  const target = (request.url ?? '').replace(/^https?:\/\/[^/?]*/i, '');
  const [rawPath = '', query] = target.split('?', 2);
  return {
    rawPath,
    headers: Object.fromEntries(headers),
    queryStringParameters: toQuery(new URLSearchParams(query)),
    isBase64Encoded: true,
    requestContext: { http: { method: request.method ?? 'GET' } },
  };
}
