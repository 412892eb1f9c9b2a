import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import type { Pulled, Subscriptions } from '../../../functions/adapters/google/subscriptions.ts';
import type { Issuer } from '../../platform/identity/issuer.ts';

/** The service account that pushes, and whom its tokens are for: what the functions are told to look for. */
export const pusher = { account: 'pusher@flash-sale-local.iam.gserviceaccount.com', audience: 'flash-sale-workers' };

/** A token as Google signs them for a push subscription. */
export function pushToken(issuer: Issuer, change: { email?: string; audience?: string } = {}): Promise<string> {
  return new SignJWT({ email: change.email ?? pusher.account, email_verified: true })
    .setProtectedHeader({ alg: 'RS256', kid: issuer.keyId, typ: 'JWT' })
    .setIssuer(issuer.url)
    .setAudience(change.audience ?? pusher.audience)
    .setSubject('pusher')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(issuer.privateKey);
}

export interface PushOptions {
  readonly subscriptions: Subscriptions;
  readonly subscription: string;
  readonly url: string;
  readonly token: string;
  /** The subscription's filter, as far as this project has any: the emulator ignores it. */
  readonly type?: string | undefined;
  /** Pushes under way at a time. */
  readonly concurrency: number;
}

const waitMs = 2_000;
const longestPauseSeconds = 10;

/**
 * The pushing end of Pub/Sub: takes messages from a subscription and posts them, signed, as Google does. The emulator
 * pushes too, but two at a time and without a token. What is not answered with a 2xx is hidden for a while.
 *
 * @returns what ends it
 */
export function startPush({
  subscriptions,
  subscription,
  url,
  token,
  type,
  concurrency,
}: PushOptions): () => Promise<void> {
  const underWay = new Set<Promise<void>>();
  let stopping = false;

  async function push(message: Pulled): Promise<void> {
    const wanted = type === undefined || message.attributes.type === type;
    const done = !wanted || (await post(url, token, subscription, message));
    await (done ? message.acknowledge() : message.hide(Math.min(2 ** (message.delivery - 1), longestPauseSeconds)));
  }

  async function pushAll(): Promise<void> {
    while (!stopping) {
      const messages = await subscriptions.pull(subscription, concurrency - underWay.size, waitMs).catch(() => []);
      for (const message of messages) {
        // An acknowledgement that fails is a message that comes again.
        const one = push(message).catch(() => {});
        underWay.add(one);
        void one.finally(() => underWay.delete(one));
      }
      if (underWay.size >= concurrency) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  }

  const running = pushAll();
  return async () => {
    stopping = true;
    await running;
  };
}

async function post(url: string, token: string, subscription: string, message: Pulled): Promise<boolean> {
  const { body, messageId, attributes, delivery } = message;
  const data = Buffer.from(body).toString('base64');
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ message: { data, messageId, attributes }, subscription, deliveryAttempt: delivery }),
  }).catch(() => undefined);
  return answer?.ok === true;
}

/** Cloud Scheduler: calls a function again and again. @returns what ends it */
export function startTimer(url: string, token: string, everyMs: number): () => Promise<void> {
  const end = new AbortController();
  async function tick(): Promise<void> {
    for (;;) {
      await sleep(everyMs, undefined, { signal: end.signal });
      await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } }).catch(() => undefined);
    }
  }
  const running = tick().catch(() => {});
  return async () => {
    end.abort();
    await running;
  };
}
