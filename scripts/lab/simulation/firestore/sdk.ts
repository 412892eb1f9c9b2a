import { EventEmitter } from 'node:events';

/** Replaces the values that the adapters import from `@google-cloud/firestore`. */
export const FieldValue = {
  increment: (by: number) => ({ increment: by }),
  delete: () => ({ delete: true }),
};

export const Timestamp = { fromMillis: (ms: number) => new Date(ms).toISOString() };

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** The parts of an `IncomingMessage` that an entry uses; the body arrives in two chunks once it is read. */
export class SimulatedRequest extends EventEmitter {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly headersDistinct: Readonly<Record<string, readonly string[]>>;

  constructor({ method, url, headers, body }: Asked) {
    super();
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.headersDistinct = Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value]]])),
    );
    const bytes = Buffer.from(body);
    const half = bytes.length >> 1;
    const parts = [bytes.subarray(0, half), bytes.subarray(half)].filter(({ length }) => length > 0);
    const send = () => {
      for (const part of parts) this.emit('data', part);
      this.emit('end');
      this.emit('close');
    };
    this.on('newListener', (event) => {
      if (event === 'data') queueMicrotask(send);
    });
  }
}

/** The parts of a `ServerResponse` that an entry uses. */
export interface Answered {
  writeHead(status: number, headers?: Readonly<Record<string, string>>): Answered;
  end(body?: string): void;
  destroy(error?: Error): void;
}

type Attributes = Readonly<Record<string, string>>;
type Listener = (request: SimulatedRequest, response: Answered) => void;
export type Functions = ReadonlyMap<string, Listener>;

/** Connects the SDKs' stand-ins to the current run. */
export const host = {
  db: undefined as object | undefined,
  /** Called when a request starts to wait for fulfilment's timer. */
  onPostponed: () => {},
  /** Whether a request still waits for the timer. */
  hasPostponed: () => false,
  publish: (_topic: string, _text: string, _attributes: Attributes): Promise<string> =>
    Promise.reject(new Error('no run has begun')),
  readSecret: (_path: string): Promise<string> => Promise.reject(new Error('no run has begun')),
  /** Functions of the entry that is being started, by name. */
  functions: new Map<string, Listener>(),
};

/** The run's database. In runs without entries, the adapters get theirs as an argument. */
export class Firestore {
  constructor() {
    // biome-ignore lint/correctness/noConstructorReturn: stands in for the run's database
    return (host.db ?? {}) as Firestore;
  }
}

/** Stands in for `framework-server.ts`, which passes each request to a function with its body unread. */
export function register(name: string, listener: Listener): void {
  host.functions.set(name, listener);
}

/** Stands in for `@google-cloud/pubsub`. */
export class PubSub {
  topic(name: string) {
    return {
      publishMessage: ({ json, data, attributes = {} }: { json?: object; data?: Buffer; attributes?: Attributes }) =>
        host.publish(name, data ? data.toString() : JSON.stringify(json), attributes),
    };
  }
}

/** Stands in for `node:fs/promises`: Cloud Run mounts the secret as a file. */
export const readFile = (path: string): Promise<string> => host.readSecret(path);
