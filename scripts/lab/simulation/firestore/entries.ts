import type { HttpEvent, HttpResult } from '../../../../functions/contracts/http-event.ts';
import { countMetrics } from '../count-metrics.ts';
import { partnerUrl } from '../partner.ts';
import { type ServiceParts, type Services, toSettings } from '../services.ts';
import { type ColdStart, hookEntries, loadEntry } from '../world/entry-source.ts';
import { Environments } from '../world/environments.ts';
import { issuer, issueToken, servePublicKeys, verifyAtOnce } from '../world/issuer.ts';
import type { Report } from '../world/outcome.ts';
import { type Message, Queue } from '../world/queue.ts';
import type { Scheduler } from '../world/scheduler.ts';
import { connectTopics, mountSecret, topics } from './cloud.ts';
import { type Answered, type Asked, type Functions, host, SimulatedRequest } from './sdk.ts';

const sdk = new URL('sdk.ts', import.meta.url);
hookEntries('google', { './framework-server.ts': sdk, '@google-cloud/pubsub': sdk, 'node:fs/promises': sdk });
const pusher = { account: 'pusher@simulated.invalid', audience: 'https://functions.invalid' };
Object.assign(process.env, {
  ...{ ...topics, FIRESTORE_DATABASE: 'simulated', STAGE: 'simulated' },
  ...{ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: issuer.audience },
  ...{ PUSH_ISSUER: issuer.url, PUSH_KEYS_URL: issuer.keysUrl },
  ...{ PUSH_AUDIENCE: pusher.audience, PUSH_ACCOUNT: pusher.account },
  ...{ PARTNER_URL: partnerUrl, PARTNER_SECRET: '/secrets/partner' },
  ...{ CACHE_BROWSER_SECONDS: '0', CACHE_EDGE_SECONDS: '0', CACHE_STALE_SECONDS: '0', CACHE_ERROR_SECONDS: '0' },
  ...{ CACHE_FUNCTION_MS: '0', CANCELLABLE_MS: '0', GIVE_UP_MS: '0', BREAKER_OPEN_MS: '0', STUCK_MS: '1' },
});

const entries = {
  intake: await loadEntry('intake', 'google'),
  stock: await loadEntry('stock', 'google'),
  catalog: await loadEntry('catalog', 'google'),
  settlement: await loadEntry('settlement', 'google'),
  projection: await loadEntry('projection', 'google'),
  fulfilment: await loadEntry('fulfilment', 'google'),
  sweeper: await loadEntry('sweeper', 'google'),
};
await verifyAtOnce();

/** Pub/Sub redelivers for days; returning a dead letter is left to the redrive. */
const eventRules = {
  work: 'push',
  hideMs: 60_000,
  maxReceives: 1_000,
  batch: 5,
  windowMs: 50,
  twice: 0.1,
  forget: 0.03,
};

/** The Google entries, each in its own environments. */
export function googleServices({ scheduler, world, platform, counts, report, ...plans }: ServiceParts): Services {
  const { partner, sweeper } = plans;
  countMetrics(counts);
  servePublicKeys(world.calls);
  mountSecret(world.calls);
  const start = (entry: keyof typeof entries, settings?: Readonly<Record<string, number>>) =>
    new Environments(scheduler, () => begin(entries[entry], settings));
  const apis = { intake: start('intake'), stock: start('stock'), catalog: start('catalog') };
  const [projection, fulfilment] = [start('projection'), partner && start('fulfilment', toSettings(partner))];
  const pushes = (environments: Environments<Functions>, name: string) =>
    onPushes(scheduler, environments, name, report);
  const events = new Queue(scheduler, eventRules, pushes(projection, 'projection'));
  connectTopics(world, events);
  if (fulfilment) host.onPostponed = everyMinute(scheduler, report, onTimer(scheduler, fulfilment, 'postponed'));
  return {
    lags: platform.lags,
    verifiesTokens: true,
    call: (service, event) => apis[service].invoke((functions) => call(functions, service, toAsked(event))),
    settle: pushes(start('settlement'), 'settlement'),
    project: () => Promise.reject(new Error('no stream on Google')),
    sendEvent: (body) => events.send(body),
    relay: onTimer(scheduler, projection, 'relay'),
    ...(fulfilment && { fulfil: pushes(fulfilment, 'fulfilment') }),
    ...(sweeper && { sweep: onTimer(scheduler, start('sweeper', toSettings(sweeper)), 'sweeper') }),
  };
}

function begin(entry: ColdStart, settings?: Readonly<Record<string, number>>): Functions {
  host.functions = new Map();
  entry(settings);
  return host.functions;
}

/** Calls a function as the load balancer, Pub/Sub or Cloud Scheduler does. Rejects when the connection breaks. */
function call(functions: Functions, name: string, asked: Asked): Promise<HttpResult> {
  const listener = functions.get(name);
  if (!listener) throw new Error(`no entry has a function '${name}'`);
  return new Promise((resolve, reject) => {
    let head = { statusCode: 0, headers: {} };
    const response: Answered = {
      writeHead(statusCode, headers = {}) {
        head = { statusCode, headers };
        return response;
      },
      end: (body) => resolve({ ...head, ...(body !== undefined && { body }) }),
      destroy: (error) => reject(error ?? new Error('the connection broke')),
    };
    listener(new SimulatedRequest(asked), response);
  });
}

function toAsked({ rawPath, queryStringParameters, headers, body = '', requestContext }: HttpEvent): Asked {
  const query = new URLSearchParams(queryStringParameters as Record<string, string> | undefined).toString();
  return { method: requestContext.http.method, url: query === '' ? rawPath : `${rawPath}?${query}`, headers, body };
}

const toPush = (body: unknown, token: string): Asked => ({
  ...{ method: 'POST', url: '/' },
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: body === undefined ? '' : JSON.stringify(body),
});
const claims = { aud: pusher.audience, email: pusher.account, email_verified: true };
const pushToken = issueToken(claims);
/** Token of another account that knows the URL of a function. */
const foreignToken = issueToken({ ...claims, email: `x${pusher.account}` });

function onTimer(scheduler: Scheduler, environments: Environments<Functions>, name: string) {
  return async () => {
    const { statusCode } = await environments.invoke((functions) =>
      call(functions, name, toPush(undefined, pushToken)),
    );
    if (statusCode !== 204) scheduler.trace(name, `status ${statusCode}`);
  };
}

/** Minutes; more than the largest clock error. */
const mostRuns = 600;

/** Simulates Cloud Scheduler while requests wait. @returns a function that requests the next run */
function everyMinute(scheduler: Scheduler, report: Report, run: () => Promise<void>): () => void {
  let isAwaited = false;
  let runs = 0;
  return function ask(): void {
    if (isAwaited || runs > mostRuns) return;
    if (runs === mostRuns) report('livelock', `requests still wait after ${mostRuns} runs of their timer`);
    isAwaited = true;
    const process = scheduler.process(`postponed-${runs++}`);
    const next = () => {
      isAwaited = false;
      if (host.hasPostponed()) ask();
    };
    process.onDeath = next;
    scheduler.after(60_000, process, () => {
      void run()
        .catch(() => {})
        .then(() => {
          process.alive = false;
          next();
        });
    });
  };
}

/** Sends each message as its own request to its own environment; anything but a 2xx is redelivered. */
function onPushes(scheduler: Scheduler, environments: Environments<Functions>, name: string, report: Report) {
  let isTried = false;
  async function push(token: string, { id, body }: Message): Promise<number> {
    const message = { data: Buffer.from(body).toString('base64'), messageId: id };
    const asked = toPush({ message }, token);
    return (await environments.invoke((functions) => call(functions, name, asked))).statusCode;
  }

  return async (messages: readonly Message[]) => {
    const failed = new Set<string>();
    const [first] = messages;
    if (first && !isTried) {
      isTried = true;
      const status = await push(foreignToken, first);
      if (status !== 403 && status !== 503) report('foreign', `a push to ${name} by a foreign account got ${status}`);
    }
    await Promise.all(
      messages.map(async (message) => {
        const status = await push(pushToken, message).catch(() => 0);
        if (status >= 200 && status < 300) return;
        scheduler.trace(message.id, `status ${status}`);
        failed.add(message.id);
      }),
    );
    return failed;
  };
}
