import type { PartitionStore } from '../../../../../functions/adapters/single-partition/store.ts';
import type { HttpEvent, HttpResult } from '../../../../../functions/contracts/http-event.ts';
import { toPathPattern } from '../../../../../functions/contracts/routes.ts';
import { running } from '../running.ts';

/** A message as stored in its queue, or the tick of a timer. */
export interface Arrived {
  readonly id: string;
  readonly bytes: Buffer;
}

type Handler = (given: unknown, context: { readonly triggerMetadata: { readonly id: string } }) => Promise<void>;

interface Trigger {
  readonly type: string;
  readonly dataType?: 'string' | 'binary' | 'stream';
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
interface Route {
  readonly methods: readonly string[];
  readonly route: string;
  readonly handler: (request: object) => Promise<Answer>;
}

/** Functions that an entry registers when it starts. */
export class Functions {
  /** Queue and timer functions, by name. */
  readonly workers = new Map<string, (arrived: Arrived) => Promise<void>>();
  readonly routes: (Route & { readonly pattern: RegExp })[] = [];

  /** Calls a worker or a timer. Rejects if it fails. */
  async call(name: string, arrived: Arrived): Promise<void> {
    const run = this.workers.get(name);
    if (!run) throw new Error(`no entry has a function '${name}'`);
    await run(arrived);
  }

  /** Answers as the host does: 404 for unregistered routes, 500 for a function that fails. */
  async answer(event: HttpEvent): Promise<HttpResult> {
    const { method } = event.requestContext.http;
    const route = this.routes.find(({ methods, pattern }) => methods.includes(method) && pattern.test(event.rawPath));
    if (!route) return { statusCode: 404, headers: {} };
    try {
      const { status, headers, body } = await route.handler(toRequest(event));
      return { statusCode: status, headers, ...(body !== undefined && { body }) };
    } catch {
      return { statusCode: 500, headers: {} };
    }
  }
}

/** The parts of an `HttpRequest` that an entry uses. */
function toRequest({ rawPath, headers, queryStringParameters = {}, body = '', requestContext }: HttpEvent): object {
  return {
    method: requestContext.http.method,
    url: `https://simulated.invalid${rawPath}`,
    headers: new Map(Object.entries(headers)),
    query: new Map(Object.entries(queryStringParameters)),
    arrayBuffer: async () => Buffer.from(body),
  };
}

/** Connects the SDKs' stand-ins to the current run. */
export const host = {
  /** Receives the text as sent to the queue service. */
  send: (_queue: string, _text: string, _options: SendOptions): Promise<object> =>
    Promise.reject(new Error('no run has begun')),
  /** Functions of the entry that is being started. */
  functions: new Functions(),
};

export interface SendOptions {
  /** Seconds. */
  readonly visibilityTimeout?: number;
  /** Seconds; -1 means no expiry. */
  readonly messageTimeToLive?: number;
}

const register = (name: string, handler: Handler, toGiven: (bytes: Buffer) => unknown) =>
  void host.functions.workers.set(name, ({ id, bytes }) => handler(toGiven(bytes), { triggerMetadata: { id } }));

/** Stands in for `@azure/functions`. */
export const app = {
  http: (_name: string, route: Route) =>
    void host.functions.routes.push({ ...route, pattern: toPathPattern(`/${route.route}`) }),
  storageQueue: (name: string, { handler }: { handler: Handler }) => register(name, handler, parse),
  timer: (name: string, { handler }: { handler: Handler }) => register(name, handler, () => ({})),
  generic(name: string, { trigger: { type, dataType }, handler }: { trigger: Trigger; handler: Handler }) {
    if (type !== 'queueTrigger') throw new Error(`the simulated host knows no '${type}'`);
    register(name, handler, dataType === 'binary' ? (bytes) => bytes : parse);
  },
};
export const trigger = { generic: (options: Trigger) => options };

/** Without a `dataType`, the library parses anything that is JSON: `89e7073266` becomes Infinity, a body an object. */
function parse(bytes: Buffer): unknown {
  const text = bytes.toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Stands in for `@azure/data-tables`; the store itself replaces `table-store.ts`. */
export const TableClient = { fromConnectionString: () => ({}) };
export function tableStore(): PartitionStore {
  if (!running.store) throw new Error('no run has begun');
  return running.store;
}

/** Stands in for `@azure/storage-queue`. */
export const QueueServiceClient = {
  fromConnectionString: () => ({
    url: 'https://simulated.invalid',
    getQueueClient: (queue: string) => ({
      sendMessage: (text: string, options: SendOptions = {}) => host.send(queue, text, options),
    }),
  }),
};

/** Stands in for `@azure/identity`. */
export class ManagedIdentityCredential {
  getToken = async () => ({ token: 'simulated' });
}
/** Never used, because a run connects with a key. */
export class DefaultAzureCredential {}
