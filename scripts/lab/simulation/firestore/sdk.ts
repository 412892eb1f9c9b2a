/** Replaces the values that the adapters import from `@google-cloud/firestore`. */
export const FieldValue = {
  increment: (by: number) => ({ increment: by }),
  delete: () => ({ delete: true }),
};

export const Timestamp = { fromMillis: (ms: number) => new Date(ms).toISOString() };

/** What an HTTP function is given of a request. */
export interface Request {
  readonly method: string;
  readonly body: unknown;
  readonly get: (header: string) => string | undefined;
}

type Attributes = Readonly<Record<string, string>>;
type Handler = (request: Request, response: object) => Promise<void>;

/** What stands behind the SDKs while a run goes on. */
export const host = {
  db: undefined as object | undefined,
  publish: (_topic: string, _text: string, _attributes: Attributes): Promise<string> =>
    Promise.reject(new Error('no run has begun')),
  /** Functions of the entry that is starting, by name. */
  functions: new Map<string, Handler>(),
};

/** The database of the run; the adapters of a composed run get theirs as an argument. */
export class Firestore {
  constructor() {
    // biome-ignore lint/correctness/noConstructorReturn: stands in for the database that the name means
    return (host.db ?? {}) as Firestore;
  }
}

/** Stands in for `@google-cloud/functions-framework`. */
export function http(name: string, handler: Handler): void {
  host.functions.set(name, handler);
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

/** Stands in for `push-token.ts`. */
export const pushEnv = {};
export const pushVerifier = () => async (authorization: string | undefined) => authorization === 'Bearer simulated';
