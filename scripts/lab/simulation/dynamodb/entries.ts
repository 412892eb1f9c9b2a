import { registerHooks } from 'node:module';
import type { HttpEvent, HttpResult } from '../../../../functions/contracts/http-event.ts';
import { tableVariables } from '../../../../stacks/model/table-variables.ts';
import { countMetrics } from '../count-metrics.ts';
import { partnerUrl } from '../partner.ts';
import { type Consume, type ServiceParts, type Services, toSettings } from '../services.ts';
import { toRecord } from '../sqs-attributes.ts';
import { Environments } from '../world/environments.ts';
import { simulatedEpochMs } from '../world/globals.ts';
import type { Report } from '../world/outcome.ts';
import type { Message } from '../world/queue.ts';
import type { Scheduler } from '../world/scheduler.ts';
import type { StreamRecord } from '../world/stream.ts';

type Handler = (event: object, context: object) => Promise<unknown>;
type Settings = Readonly<Record<string, number | string>>;
type ColdStart = (settings?: Settings) => Handler;

/** Lambda's longest timeout, so that a stalled invocation still resumes within it. */
const timeoutMs = 900_000;
const functions = new URL('../../../../functions/', import.meta.url).href;
const isEntry = (url: string) => url.startsWith(functions) && /^[a-z]+\/aws\.ts$/.test(url.slice(functions.length));

/** Each environment creates its own clients for other regions, so a stand-in routes them to the simulated region. */
const otherRegions = `${functions}adapters/aws/other-regions.ts`;
const standIn = { url: new URL('../regions/sdk.ts', import.meta.url).href, shortCircuit: true };
const replaced = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'];

// An entry runs once, when it is loaded. Wrapped in a function, it starts a new environment per call.
registerHooks({
  resolve(specifier, context, next) {
    const isReplaced = context.parentURL === otherRegions && replaced.includes(specifier);
    return isReplaced ? standIn : next(specifier, context);
  },
  load(url, context, next) {
    const loaded = next(url, context);
    return isEntry(url) ? { ...loaded, source: asColdStart(url, String(loaded.source)) } : loaded;
  },
});

/** Parses the environment variables only once, which otherwise takes longer than everything else. */
function asColdStart(url: string, source: string): string {
  const [imports, env, body] = splitEntry(source);
  const parts = body?.split('export const handler = ');
  if (!env || parts?.length !== 2) throw new Error(`${url} must read its environment once, and export one handler`);
  const start = `Object.assign(env, settings);\n${parts.join('const handler = ')}\nreturn handler;`;
  return `${imports}\n${env}\nexport function coldStart(settings) {\n${start}\n}\n`;
}

function splitEntry(source: string): (string | undefined)[] {
  return /^([\s\S]*?)^(const env = readEnv\([\s\S]*?\);\n)([\s\S]*)$/m.exec(source)?.slice(1) ?? [];
}

const shared = {
  ...tableVariables,
  ...{ BUS_NAME: 'events', PARTNER_URL: partnerUrl },
  ...{ PARTNER_SECRET: 'partner-signing-key', STAGE: 'simulated' },
  ...{
    ORDER_QUEUE_URL: 'order-requests',
    FULFILMENT_QUEUE_URL: 'fulfilment-requests',
    DEAD_LETTER_URL: 'of-the-worker',
  },
  ...{ CACHE_BROWSER_SECONDS: '0', CACHE_EDGE_SECONDS: '0', CACHE_STALE_SECONDS: '0', CACHE_ERROR_SECONDS: '0' },
  ...{ CACHE_FUNCTION_MS: '0', CANCELLABLE_MS: '0', GIVE_UP_MS: '0', BREAKER_OPEN_MS: '0', STUCK_MS: '1' },
};
Object.assign(process.env, shared);
for (const name of ['OIDC_ISSUER', 'OIDC_AUDIENCE', 'OIDC_JWKS', 'ORIGIN_SECRET']) delete process.env[name];

async function load(service: string): Promise<ColdStart> {
  return ((await import(`${functions}${service}/aws.ts`)) as { coldStart: ColdStart }).coldStart;
}
const entries = {
  intake: await load('intake'),
  stock: await load('stock'),
  catalog: await load('catalog'),
  settlement: await load('settlement'),
  projection: await load('projection'),
  fulfilment: await load('fulfilment'),
  sweeper: await load('sweeper'),
};

/** The AWS entries, each in its own environments. */
export function lambdaServices({ scheduler, platform, report, counts, partner, sweeper }: ServiceParts): Services {
  countMetrics(counts);
  return {
    lags: platform.lags,
    ...startFunctions({ scheduler, report, partner, sweeper }),
  };
}

interface FunctionParts extends Pick<ServiceParts, 'scheduler' | 'report' | 'partner' | 'sweeper'> {
  /** Variables for every function. */
  readonly settings?: Settings;
}

/** The functions of one region. */
export function startFunctions({ scheduler, report, partner, sweeper, settings: all }: FunctionParts) {
  const start = (entry: keyof typeof entries, settings: Settings = {}) =>
    new Environments(scheduler, () => entries[entry]({ DEAD_LETTER_URL: `${entry}-letters`, ...settings, ...all }));
  const apis = { intake: start('intake'), stock: start('stock'), catalog: start('catalog') };
  return {
    call: (service, event: HttpEvent) =>
      apis[service].invoke((handler) => handler(event, contextOf(scheduler))) as Promise<HttpResult>,
    settle: onMessages(scheduler, start('settlement'), report),
    project: onRecords(scheduler, start('projection'), report),
    ...(partner && { fulfil: onMessages(scheduler, start('fulfilment', toSettings(partner)), report) }),
    ...(sweeper && { sweep: onTimer(scheduler, start('sweeper', toSettings(sweeper))) }),
  } satisfies Omit<Services, 'lags'>;
}

function onTimer(scheduler: Scheduler, environments: Environments<Handler>) {
  return async () => void (await environments.invoke((handler) => handler({}, contextOf(scheduler))));
}

function onMessages(scheduler: Scheduler, environments: Environments<Handler>, report: Report): Consume<Message> {
  return (messages) => {
    const Records = messages.map(({ id, body, envelope, sentAtMs, receives }) => ({
      ...{ messageId: id, receiptHandle: `receipt of ${id}`, body },
      ...toRecord(envelope, simulatedEpochMs(sentAtMs), receives),
    }));
    return invokeBatch(scheduler, environments, { event: { Records }, ids: messages.map(({ id }) => id) }, report);
  };
}

function onRecords(
  scheduler: Scheduler,
  environments: Environments<Handler>,
  report: Report,
): Consume<StreamRecord<unknown>> {
  return (records) => {
    const Records = records.map(({ id, image }) => ({
      ...{ eventID: `event ${id}`, eventName: 'INSERT' },
      dynamodb: { SequenceNumber: id, NewImage: image },
    }));
    return invokeBatch(scheduler, environments, { event: { Records }, ids: records.map(({ id }) => id) }, report);
  };
}

/** Reads an answer as Lambda does: an error, or the id of a record not in the batch, fails the whole batch. */
async function invokeBatch(
  scheduler: Scheduler,
  environments: Environments<Handler>,
  { event, ids }: { event: object; ids: readonly string[] },
  report: Report,
): Promise<ReadonlySet<string>> {
  try {
    const answer = await environments.invoke((handler) => handler(event, contextOf(scheduler)));
    const { batchItemFailures = [] } = (answer ?? {}) as { batchItemFailures?: { itemIdentifier: string }[] };
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const unknown = [...failed].filter((id) => !ids.includes(id));
    if (unknown.length === 0) return failed;
    report('entry', `a batch failure names '${unknown[0]}', which is not a record of the batch`);
  } catch (error) {
    scheduler.trace(scheduler.current?.name ?? '', String((error as Error).name));
  }
  return new Set(ids);
}

function contextOf(scheduler: Scheduler) {
  const endsMs = scheduler.now + timeoutMs;
  return { awsRequestId: 'simulated', getRemainingTimeInMillis: () => endsMs - scheduler.now };
}
