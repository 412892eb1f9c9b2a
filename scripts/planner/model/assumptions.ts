import { limits } from '../../../stacks/model/checks/limits.ts';
import type { Mark } from '../types.ts';

/** A number that the model needs and that is not in the code. A profile or a test may override each by name. */
export interface Assumption {
  readonly value: number;
  readonly unit: string;
  readonly what: string;
  readonly source: string;
  /** Date of the source. */
  readonly date: string;
  readonly mark: Mark;
}

const lambdaScaling = 'https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html';
const queueScaling = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html';
const warmTables =
  'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html';
const partitions = 'https://aws.amazon.com/blogs/database/part-2-scaling-dynamodb-how-partitions-hot-keys-and-split/';
const tracking = 'https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html';
const pollerErrors = 'https://rehanvdm.com/blog/sqs-lambda-esm-scaling-behaviour--experiment-esm-and-lambda-errors';
const own = 'this project: no published figure';
const seen = '2026-11';

const row = (value: number, unit: string, what: string, source: string, mark: Mark): Assumption => ({
  value,
  unit,
  what,
  source,
  date: seen,
  mark,
});

/** Limits that AWS raises on request are in `stacks/model/checks/limits.ts`; all others are here. */
export const assumptions = {
  accountConcurrency: row(
    limits.accountConcurrency.value,
    limits.accountConcurrency.unit,
    'environments of the account',
    limits.accountConcurrency.source,
    'documented',
  ),
  requestsPerEnvironment: row(
    10,
    '1/s',
    'requests of all functions per unit of account concurrency',
    lambdaScaling,
    'rule',
  ),
  unreservedConcurrency: row(
    limits.unreservedConcurrency.value,
    limits.unreservedConcurrency.unit,
    'of them that no function may have provisioned',
    limits.unreservedConcurrency.source,
    'documented',
  ),
  scalingStep: row(1_000, 'environments', 'new environments a function may start per interval', lambdaScaling, 'rule'),
  scalingSeconds: row(10, 's', 'interval of that step, refilled continuously', lambdaScaling, 'rule'),
  idleSeconds: row(600, 's', 'an idle environment is kept', own, 'guessed'),
  trackingSeconds: row(180, 's', 'target tracking: three one-minute points before it scales out', tracking, 'rule'),
  allocationSeconds: row(90, 's', 'until new provisioned environments are usable', tracking, 'rule'),
  pollersAtStart: row(5, 'invocations', 'concurrent batches when a queue becomes active', queueScaling, 'documented'),
  pollersPerMinute: row(300, '1/min', 'concurrent batches added while messages wait', queueScaling, 'documented'),
  pollersMax: row(1_250, 'invocations', 'concurrent batches of one poller', queueScaling, 'documented'),
  pollersPerError: row(0.304, 'invocations', 'concurrent batches removed per thrown error', pollerErrors, 'measured'),
  pollSeconds: row(0.05, 's', 'from a message in the queue to its function', own, 'guessed'),
  streamPollSeconds: row(0.25, 's', 'between two reads of a stream shard', queueScaling, 'documented'),
  busSeconds: row(0.4, 's', 'from PutEvents to the queue', own, 'guessed'),
  sdkAttempts: row(
    3,
    'attempts',
    'of an SDK call before it fails',
    'functions/adapters/aws/clients/client-settings.ts',
    'documented',
  ),
  warmReads: row(
    limits.warmReadMin.value,
    'units/s',
    'a new on-demand table serves at once',
    limits.warmReadMin.source,
    'documented',
  ),
  warmWrites: row(
    limits.warmWriteMin.value,
    'units/s',
    'a new on-demand table serves at once',
    limits.warmWriteMin.source,
    'documented',
  ),
  growthFactor: row(2, 'x', 'an on-demand table serves of its peak of 30 minutes ago', warmTables, 'documented'),
  growthSeconds: row(1_800, 's', 'age of that peak', warmTables, 'documented'),
  burstSeconds: row(300, 's', 'unused capacity that a provisioned table keeps', partitions, 'guessed'),
  partitionWrites: row(1_000, 'units/s', 'writes of one partition', partitions, 'documented'),
  partitionReads: row(3_000, 'units/s', 'reads of one partition', partitions, 'documented'),
  storeSeconds: row(0.006, 's', 'one call to a table, a queue or the bus', own, 'guessed'),
  transactionSeconds: row(0.006, 's', 'a transaction holds its rows, without its items', own, 'guessed'),
  transactionItemSeconds: row(0.0001, 's', 'a transaction holds its rows, per item', own, 'guessed'),
  partnerSeconds: row(0.2, 's', 'the partner answers', own, 'guessed'),
  durationSpread: row(0.35, 'sigma', 'of the logarithm of a duration', own, 'guessed'),
  edgeSeconds: row(0.04, 's', 'customer to CDN and back', own, 'guessed'),
  originSeconds: row(0.03, 's', 'CDN to API and back', own, 'guessed'),
  regionalCaches: row(13, 'caches', 'between edge and origin without origin shield', own, 'guessed'),
  productReads: row(0.7, 'share', 'of the browsing: one product', own, 'guessed'),
  stockReads: row(0.2, 'share', 'of the browsing: its stock; the rest are lists', own, 'guessed'),
  failedCallSeconds: row(3, 's', 'a call to a partner that is down', 'functions/fulfilment/policies.ts', 'documented'),
  pageBytes: row(2_000, 'bytes', 'a cached answer about products', own, 'guessed'),
  logBytes: row(700, 'bytes', 'log lines of one order or request', own, 'guessed'),
  invocationLogBytes: row(400, 'bytes', "Lambda's own lines of one invocation", own, 'guessed'),
  accessLogBytes: row(500, 'bytes', 'one access log line', own, 'guessed'),
  traceShare: row(
    0.05,
    'share',
    'requests that X-Ray samples',
    'https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html',
    'documented',
  ),
} as const satisfies Record<string, Assumption>;

export type AssumptionName = keyof typeof assumptions;
export type Constants = Readonly<Record<AssumptionName, number>>;
export const assumptionNames = Object.keys(assumptions) as AssumptionName[];

/** Assumptions about the shop, its visitors and its partner. All others are specific to AWS. */
export const ofEveryCloud: ReadonlySet<AssumptionName> = new Set([
  ...(['partnerSeconds', 'durationSpread', 'edgeSeconds', 'originSeconds', 'regionalCaches', 'productReads'] as const),
  ...(['stockReads', 'failedCallSeconds', 'pageBytes', 'logBytes', 'invocationLogBytes', 'accessLogBytes'] as const),
]);

export const constants: Constants = Object.fromEntries(
  assumptionNames.map((name) => [name, assumptions[name].value]),
) as Record<AssumptionName, number>;

/** Lambda's scaling rule until November 2023: a burst, then a step per minute. */
export const scalingBefore2023 = { burst: 3_000, step: 500, seconds: 60, continuous: false } as const;
