import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import type { Pulled, Subscriptions } from '../../../functions/adapters/google/subscriptions.ts';
import { project } from '../../../functions/contracts/project.ts';
import type { Issuer } from '../../platform/identity/issuer.ts';

/** The pushing service account and the audience of its tokens, as the functions expect them. */
export const pusher = { account: `pusher@${project}-local.iam.gserviceaccount.com`, audience: `${project}-workers` };

/** Signs a token as Google does for a push subscription. */
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
  /** The subscription's filter by event type, applied here because the emulator ignores it. */
  readonly type?: string | undefined;
  /** Maximum number of concurrent pushes. */
  readonly concurrency: number;
}

const waitMs = 2_000;
const longestPauseSeconds = 10;

/**
 * Pub/Sub's push delivery: pulls messages and posts them with a signed token, as Google does. The emulator pushes too,
 * but two at a time and without a token. A message not answered with a 2xx is hidden for a while.
 *
 * @returns a function that stops it
 */
export function startPush({
  subscriptions,
  subscription,
  url,
  token,
  type,
  concurrency,
}: PushOptions): () => Promise<void> {
  const inFlight = new Set<Promise<void>>();
  let stopping = false;

  async function push(message: Pulled): Promise<void> {
    const wanted = type === undefined || message.attributes.type === type;
    const done = !wanted || (await post(url, token, subscription, message));
    await (done ? message.acknowledge() : message.hide(Math.min(2 ** (message.delivery - 1), longestPauseSeconds)));
  }

  async function pushAll(): Promise<void> {
    while (!stopping) {
      const messages = await subscriptions.pull(subscription, concurrency - inFlight.size, waitMs).catch(() => []);
      for (const message of messages) {
        // If the acknowledgement fails, the message is redelivered.
        const one = push(message).catch(() => {});
        inFlight.add(one);
        void one.finally(() => inFlight.delete(one));
      }
      if (inFlight.size >= concurrency) await Promise.race(inFlight);
    }
    await Promise.all(inFlight);
  }

  const running = pushAll();
  return async () => {
    stopping = true;
    await running;
  };
}

async function post(url: string, token: string, subscription: string, message: Pulled): Promise<boolean> {
  const { messageId, attributes, orderingKey, delivery } = message;
  const publishTime = new Date(message.publishedAt).toISOString();
  const data = message.data.toString('base64');
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      message: { data, messageId, attributes, orderingKey, publishTime },
      subscription,
      deliveryAttempt: delivery,
    }),
  }).catch(() => undefined);
  return answer?.ok === true;
}

/** Cloud Scheduler: calls a function at an interval. @returns a function that stops it */
export function startTimer(url: string, token: string, everyMs: number): () => Promise<void> {
  const stopping = new AbortController();
  async function tick(): Promise<void> {
    for (;;) {
      await sleep(everyMs, undefined, { signal: stopping.signal });
      await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } }).catch(() => undefined);
    }
  }
  const running = tick().catch(() => {});
  return async () => {
    stopping.abort();
    await running;
  };
}
