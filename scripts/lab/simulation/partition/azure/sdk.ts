import type { PartitionStore } from '../../../../../functions/adapters/single-partition/store.ts';
import { running } from '../running.ts';

/** A message as its queue holds it, or the tick of a timer. */
export interface Arrived {
  readonly id: string;
  readonly bytes: Buffer;
}

type Handler = (given: unknown, context: { readonly triggerMetadata: { readonly id: string } }) => Promise<void>;

interface Trigger {
  readonly type: string;
  readonly dataType?: 'string' | 'binary' | 'stream';
}

/** What stands behind the SDKs while a run goes on. */
export const host = {
  /** Gets the text as it goes to the queue service. */
  send: (_queue: string, _text: string): Promise<object> => Promise.reject(new Error('no run has begun')),
  /** Functions of the entry that is starting, by name. */
  functions: new Map<string, (arrived: Arrived) => Promise<void>>(),
};

const register = (name: string, handler: Handler, toGiven: (bytes: Buffer) => unknown) =>
  void host.functions.set(name, ({ id, bytes }) => handler(toGiven(bytes), { triggerMetadata: { id } }));

/** Stands in for `@azure/functions`. */
export const app = {
  http: () => {},
  storageQueue: (name: string, { handler }: { handler: Handler }) => register(name, handler, parse),
  timer: (name: string, { handler }: { handler: Handler }) => register(name, handler, () => ({})),
  generic(name: string, { trigger: { type, dataType }, handler }: { trigger: Trigger; handler: Handler }) {
    if (type !== 'queueTrigger') throw new Error(`the simulated host knows no '${type}'`);
    register(name, handler, dataType === 'binary' ? (bytes) => bytes : parse);
  },
};
export const trigger = { generic: (options: Trigger) => options };

/** Without a `dataType` the library takes for JSON whatever it can: `89e7073266` becomes Infinity, and a body an object. */
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
    getQueueClient: (queue: string) => ({ sendMessage: (text: string) => host.send(queue, text) }),
  }),
};

/** Never used: a run connects with a key. */
export class DefaultAzureCredential {}
export class ManagedIdentityCredential {}
