import { join } from 'node:path';
import type { firestore } from '../../../functions/adapters/google/firestore-client.ts';
import type { Subscriptions } from '../../../functions/adapters/google/subscriptions.ts';
import { type Timer, timerNames } from '../../../stacks/model/clouds/google-topology.ts';
import { cacheEnvironment } from '../../../stacks/model/environments/cache-environment.ts';
import { sweeperEnvironment } from '../../../stacks/model/environments/sweeper-environment.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { LocalApi } from '../../platform/api/local-api.ts';
import { CallCounters, type CallCounts } from '../../platform/gateway/counters.ts';
import { Forwarder } from '../../platform/http/forward.ts';
import { freePort } from '../../platform/http/free-port.ts';
import { loopback } from '../../platform/http/listen.ts';
import { type Issuer, startIssuer } from '../../platform/identity/issuer.ts';
import { startLocalPartner } from '../../platform/partner/local-partner.ts';
import type { Partner } from '../../platform/partner/partner.ts';
import { type MemoryWatch, watchMemory } from '../../platform/process/memory.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import { createWorkspace, type Workspace } from '../../platform/process/workspace.ts';
import { startChild } from './child.ts';
import { describeEngines, findEngines } from './find-engines.ts';
import { pusher, pushToken, startPush, startTimer } from './push.ts';
import { startEngines } from './start-engines.ts';
import { database, type FunctionName, processes, pushes, subscriptionPlans, topics } from './topology.ts';

export interface GooglePlatform {
  readonly apiUrl: string;
  readonly issuer: Issuer;
  readonly partner: Partner;
  /** Describes the engines that replace Firestore and Pub/Sub. */
  readonly engines: string;
  readonly db: ReturnType<typeof firestore>;
  readonly subscriptions: Subscriptions;
  readonly urls: Readonly<Record<FunctionName, string>>;
  publish(topic: string, body: string): Promise<void>;
  calls(): CallCounts;
  memoryMb(): { readonly peak: number };
  stop(): Promise<void>;
}

export interface GooglePlatformOptions {
  readonly onProgress: (text: string) => void;
  /** Called when a started process exits unexpectedly. */
  readonly onCrash: (text: string) => void;
  /** How long an order may make no progress before the sweeper re-enqueues it. @default the local stage's value */
  readonly stuckMs?: number;
}

type Cleanup = () => unknown;

/** Cloud Scheduler's shortest interval is a minute, too long for a local run. */
const timersEveryMs: Readonly<Record<Timer, number>> = { relay: 2_000, postponed: 2_000, sweeper: 10_000 };
/** Concurrent requests per instance. */
const concurrency = { catalog: 32, intake: 32, stock: 8 };
/** Per subscription. Fulfilment has two, so it makes up to ten concurrent calls to the partner. */
const concurrentPushes = { settlement: 16, projection: 16, fulfilment: 5 };

/** Starts Google's system on this machine; it ends with `stop`, or with this process. */
export async function startGooglePlatform(options: GooglePlatformOptions): Promise<GooglePlatform> {
  const workspace = createWorkspace();
  const cleanups: Cleanup[] = [() => workspace.remove()];
  const stop = async () => {
    for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
  };
  try {
    return { ...(await start(workspace, options, cleanups)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  workspace: Workspace,
  { onProgress, onCrash, stuckMs }: GooglePlatformOptions,
  cleanups: Cleanup[],
): Promise<Omit<GooglePlatform, 'stop'>> {
  const found = findEngines();
  onProgress(`starting the engines (${describeEngines(found)})`);
  const engines = await startEngines(found, workspace);
  cleanups.push(engines.stop);
  const stores = await openStores(engines.env);
  cleanups.push(stores.close);
  const issuer = await startIssuer();
  cleanups.push(() => issuer.stop());
  const { partner, environment } = await startLocalPartner(workspace);
  cleanups.push(() => partner.stop());

  onProgress('starting the functions');
  const { urls, children } = await startFunctions(workspace, { issuer, environment, stuckMs }, engines.env);
  cleanups.push(() => children.map((child) => child.stop()));
  const all = [...engines.children, ...children];
  for (const { crashed } of all) void crashed.then(onCrash);

  cleanups.push(...startTriggers(stores.subscriptions, urls, await pushToken(issuer)));
  const counters = new CallCounters();
  const localApi = await openLocalApi(urls, counters);
  cleanups.push(() => localApi.close());
  const memory: MemoryWatch = watchMemory(...all.map((child) => child.pid));
  cleanups.push(() => memory.stop());
  return {
    apiUrl: localApi.url,
    issuer,
    partner,
    engines: describeEngines(found),
    ...stores,
    urls,
    calls: () => counters.snapshot(),
    memoryMb: () => ({ peak: memory.peakMb() }),
  };
}

function startTriggers(
  subscriptions: Subscriptions,
  urls: Readonly<Record<FunctionName, string>>,
  token: string,
): (() => Promise<void>)[] {
  const pushing = pushes.map(({ name, service, type }) => {
    const options = { subscription: name, url: urls[service], token, type, concurrency: concurrentPushes[service] };
    return startPush({ subscriptions, ...options });
  });
  return [...pushing, ...timerNames.map((name) => startTimer(urls[name], token, timersEveryMs[name]))];
}

async function openStores(env: Readonly<Record<string, string>>) {
  // The clients read the environment when they are created, so the adapters are loaded after it is set.
  Object.assign(process.env, env);
  const { firestore } = await import('../../../functions/adapters/google/firestore-client.ts');
  const client = await import('../../../functions/adapters/google/subscriptions.ts');
  const { openTopic } = await import('../../../functions/adapters/google/pubsub-client.ts');
  const db = firestore(database);
  const subscriptions = await client.subscriptions();
  for (const topic of Object.values(topics)) await subscriptions.createTopic(topic);
  for (const plan of subscriptionPlans) await subscriptions.create(plan);
  // The emulator takes seconds for its first query.
  await db.collection('catalog').limit(1).get();
  return {
    db,
    subscriptions,
    publish: async (topic: string, body: string) =>
      void (await openTopic(topic).publishMessage({ data: Buffer.from(body) })),
    close: () => Promise.all([subscriptions.close(), db.terminate()]),
  };
}

interface FunctionSettings {
  readonly issuer: Issuer;
  /** Only for functions that call the partner. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stuckMs: number | undefined;
}

async function startFunctions(
  workspace: Workspace,
  { issuer, environment, stuckMs }: FunctionSettings,
  engineEnv: Readonly<Record<string, string>>,
) {
  const keysUrl = `${issuer.url}/.well-known/jwks.json`;
  const env = {
    ...engineEnv,
    ...topics,
    ...cacheEnvironment(stages.local),
    ...environment,
    ...sweeperEnvironment(stages.local),
    ...(stuckMs !== undefined && { STUCK_MS: String(stuckMs) }),
    FIRESTORE_DATABASE: database,
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    PUSH_ISSUER: issuer.url,
    PUSH_KEYS_URL: keysUrl,
    PUSH_AUDIENCE: pusher.audience,
    PUSH_ACCOUNT: pusher.account,
    NODE_ENV: 'production',
    LOG_LEVEL: stages.local.logLevel,
  };
  const ports = new Map<FunctionName, number>();
  const children = await Promise.all(
    Object.entries(processes).map(async ([name, names]) => {
      const own = await Promise.all(names.map(async (one) => [one, await freePort()] as const));
      for (const [one, port] of own) ports.set(one, port);
      const script = join(projectFolder, 'scripts/clouds/google/serve-functions.ts');
      const args = [script, ...own.map(([one, port]) => `${one}=${port}`)];
      return startChild(workspace, { name, program: process.execPath, args, env, ports: own.map(([, port]) => port) });
    }),
  );
  const urls = Object.fromEntries([...ports].map(([name, port]) => [name, `http://${loopback}:${port}`]));
  return { urls: urls as Record<FunctionName, string>, children };
}

async function openLocalApi(urls: Readonly<Record<FunctionName, string>>, counters: CallCounters): Promise<LocalApi> {
  const localApi = new LocalApi(counters);
  await localApi.listen(0);
  const to = (name: FunctionName) => ({
    forwarder: new Forwarder({ url: new URL(urls[name]) }),
    path: (path: string) => path,
    host: new URL(urls[name]).host,
  });
  localApi.connect({ catalog: to('catalog'), intake: to('intake'), stock: to('stock') }, { concurrency });
  return localApi;
}
