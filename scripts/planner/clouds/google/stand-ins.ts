import type { HttpResult } from '../../../../functions/contracts/http-event.ts';
import { topics } from '../../../../stacks/model/clouds/google-topology.ts';
import { type Delivered, host, send } from '../calibration/host.ts';
import { database } from './documents.ts';

export { secret } from '../calibration/host.ts';

// Stands in for Google's SDK and for functions.ts, pubsub-client.ts, push-token.ts and secret.ts of its adapters.

export const FieldValue = {
  increment: (by: number) => ({ increment: by }),
  delete: () => ({ deleted: true }),
};
export const Timestamp = { fromMillis: (ms: number) => new Date(ms).toISOString() };

export class Firestore {
  constructor() {
    // biome-ignore lint/correctness/noConstructorReturn: stands in for the one database
    return database as unknown as Firestore;
  }
}

interface Pushed {
  readonly work: (message: Delivered) => Promise<void>;
}
interface Ticked {
  readonly work: () => Promise<void>;
}

export const serveApi = (name: string, api: (event: object) => Promise<HttpResult>) => void host.apis.set(name, api);
export const servePush = (name: string, { work }: Pushed) => void host.workers.set(name, work);
export const serveTimer = (name: string, { work }: Ticked) => void host.timers.set(name, work);

export const pushEnv = {};
export const pushVerifier = () => async () => true;

interface Message {
  readonly json: object;
  readonly attributes?: Readonly<Record<string, string>>;
}

export const openTopic = (name: string) => ({
  publishMessage({ json, attributes: { type } = {} }: Message) {
    // The fulfilment subscription filters by event type.
    const isKept = name !== topics.BUS_TOPIC.name || type === 'OrderConfirmed';
    return send(name, JSON.stringify(json), isKept);
  },
});
