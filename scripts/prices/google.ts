import { flat, infracost, type Price, type PriceSource, type Prices, readAt, reported, unread } from './price.ts';

const million = 1_000_000;

interface Row extends Partial<Pick<Price, 'per' | 'free' | 'fixed'>> {
  readonly unit: string;
  readonly usd: string;
  readonly tier2?: string;
  readonly source: PriceSource;
}

/** Cloud Run has two tiers of regions; everything else here costs the same in both. */
const row = (service: string, item: string, { usd, tier2, ...rest }: Row): Price => ({
  ...{ service, item, per: 1, free: 0, fixed: false, ...rest },
  usd: tier2 === undefined ? { '*': flat(usd) } : { tier1: flat(usd), tier2: flat(tier2) },
});

const runPage = 'https://cloud.google.com/run/pricing';
const runTest = infracost('google/cloud_run_v2_service');
const functionTest = infracost('google/cloudfunctions_function');
const topicTest = infracost('google/pubsub_topic');
const subscriptionTest = infracost('google/pubsub_subscription');
const firestore = readAt('https://cloud.google.com/firestore/pricing');
/** Days in a month, for services with a daily free quantity. */
const days = 30;

export const googlePrices = {
  'run.cpu': row('Cloud Run', 'vCPUs, while a request runs', {
    ...{ unit: 'vCPU-second', usd: '0.000024', tier2: '0.0000336', free: 180_000, source: runTest },
  }),
  'run.memory': row('Cloud Run', 'memory, while a request runs', {
    ...{ unit: 'GiB-second', usd: '0.0000025', tier2: '0.0000035', free: 360_000, source: runTest },
  }),
  'run.requests': row('Cloud Run', 'requests', {
    ...{ unit: 'request', per: million, usd: '0.40', free: 2 * million, source: runTest },
  }),
  'run.idleCpu': row('Cloud Run', 'vCPUs of instances that are always ready', {
    ...{ unit: 'vCPU-second', usd: '0.0000025', fixed: true, source: reported(runPage) },
  }),
  'run.idleMemory': row('Cloud Run', 'memory of instances that are always ready', {
    ...{ unit: 'GiB-second', usd: '0.0000025', fixed: true, source: reported(runPage) },
  }),
  'functions.cpu': row('Cloud Functions, first generation', 'processor', {
    ...{ unit: 'GHz-second', usd: '0.00001', free: 200_000, source: functionTest },
  }),
  'functions.memory': row('Cloud Functions, first generation', 'memory', {
    ...{ unit: 'GB-second', usd: '0.0000025', free: 400_000, source: functionTest },
  }),
  'functions.invocations': row('Cloud Functions, first generation', 'invocations', {
    ...{ unit: 'invocation', per: million, usd: '0.40', free: 2 * million, source: functionTest },
  }),
  'functions.out': row('Cloud Functions, first generation', 'to the internet', {
    ...{ unit: 'GB', usd: '0.12', free: 5, source: functionTest },
  }),
  'pubsub.delivered': row('Pub/Sub', 'published and delivered', {
    ...{ unit: 'TiB', usd: '40', free: 10 / 1_024, source: topicTest },
  }),
  'pubsub.retained': row('Pub/Sub', 'acknowledged messages kept', {
    ...{ unit: 'GiB-month', usd: '0.27', source: subscriptionTest },
  }),
  'pubsub.snapshots': row('Pub/Sub', 'snapshots', { unit: 'GiB-month', usd: '0.27', source: subscriptionTest }),
  'firestore.storage': row('Firestore', 'storage', { unit: 'GiB-month', usd: '0.18', free: 1, source: firestore }),
  'firestore.reads': row('Firestore', 'reads', {
    ...{ unit: 'read', per: 100_000, usd: '0.06', free: 50_000 * days, source: firestore },
  }),
  'firestore.writes': row('Firestore', 'writes', {
    ...{ unit: 'write', per: 100_000, usd: '0.18', free: 20_000 * days, source: firestore },
  }),
  'firestore.deletes': row('Firestore', 'deletes', {
    ...{ unit: 'delete', per: 100_000, usd: '0.02', free: 20_000 * days, source: firestore },
  }),
  'loadBalancer.rules': row('Load balancer', 'forwarding rules, five together', {
    ...{ unit: 'hour', usd: '0.025', fixed: true, source: readAt('https://cloud.google.com/load-balancing/pricing') },
  }),
  'cdn.requests': row('Cloud CDN', 'look-ups in the cache', {
    ...{ unit: 'request', per: 10_000, usd: '0.0075', source: unread('https://cloud.google.com/cdn/pricing') },
  }),
  'cdn.out': row('Cloud CDN', 'out to North America and Europe', {
    ...{ unit: 'GiB', usd: '0.08', source: unread('https://cloud.google.com/cdn/pricing') },
  }),
  'firewall.policies': row('Cloud Armor', 'policies', {
    ...{ unit: 'policy-month', usd: '5', fixed: true, source: reported('https://cloud.google.com/armor/pricing') },
  }),
  'firewall.rules': row('Cloud Armor', 'rules', {
    ...{ unit: 'rule-month', usd: '1', fixed: true, source: reported('https://cloud.google.com/armor/pricing') },
  }),
  'scheduler.jobs': row('Cloud Scheduler', 'schedules', {
    ...{ unit: 'job-month', usd: '0.10', free: 3, fixed: true },
    source: readAt('https://cloud.google.com/scheduler/pricing'),
  }),
  'alerts.conditions': row('Monitoring', 'alerts', {
    // Earlier announcements said $1.50, then $0.10, a condition; neither was ever charged.
    ...{ unit: 'condition-month', usd: '0', fixed: true },
    source: reported('https://cloud.google.com/stackdriver/observability-pricing-examples#alerting_policies'),
  }),
  'logs.ingested': row('Logging', 'logs ingested', {
    ...{ unit: 'GiB', usd: '0.50', free: 50, source: unread('https://cloud.google.com/stackdriver/pricing') },
  }),
} satisfies Prices;

export type GooglePriceId = keyof typeof googlePrices;
