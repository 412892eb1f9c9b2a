import type { PartitionStore } from '../../../../functions/adapters/single-partition/store.ts';

type Handler = (given: unknown, context: { readonly triggerMetadata: { readonly id: string } }) => Promise<void>;

/** What stands behind the SDKs while a run goes on. */
export const host = {
  store: undefined as PartitionStore | undefined,
  send: (_queue: string, _text: string): Promise<object> => Promise.reject(new Error('no run has begun')),
  /** Functions of the entry that is starting, by name. */
  functions: new Map<string, Handler>(),
};

/** Stands in for `@azure/functions`. */
export const app = {
  http: () => {},
  storageQueue: (name: string, { handler }: { handler: Handler }) => void host.functions.set(name, handler),
  timer: (name: string, { handler }: { handler: Handler }) => void host.functions.set(name, handler),
};

/** Stands in for `@azure/data-tables`; the store itself replaces `table-store.ts`. */
export const TableClient = { fromConnectionString: () => ({}) };
export function tableStore(): PartitionStore {
  if (!host.store) throw new Error('no run has begun');
  return host.store;
}

/** Stands in for `@azure/storage-queue`. */
export const QueueServiceClient = {
  fromConnectionString: () => ({
    url: 'https://simulated.invalid',
    getQueueClient: (queue: string) => ({
      sendMessage: (encoded: string) => host.send(queue, Buffer.from(encoded, 'base64').toString()),
    }),
  }),
};

/** Never used: a run connects with a key. */
export class DefaultAzureCredential {}
export class ManagedIdentityCredential {}
