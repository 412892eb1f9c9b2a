import { type AwsPriceId, awsPrices } from '../../prices/aws/prices.ts';
import { flat } from '../../prices/price.ts';
import type { WorkedCost } from './worked-cost.ts';

const infracost = (test: string) => `infracost 95ba4f49a, aws/testdata/${test}_test`;
const million = 1_000_000;
const billion = 1_000 * million;

type Use = Readonly<Partial<Record<AwsPriceId, number>>>;
type Options = Pick<WorkedCost, 'after' | 'region' | 'freeTier'>;

const row =
  (test: string) =>
  (name: string, quantities: Use, published: string, options: Options = {}): WorkedCost => ({
    ...{ name, prices: awsPrices, quantities, published, source: infracost(test), ...options },
  });

const gbSeconds = (requests: number, memoryMb: number, ms: number) => (requests * ms * memoryMb) / 1_024_000;

const lambda = row('lambda_function');
const provisioned = row('lambda_provisioned_concurrency_config');
const functionRows = [
  lambda('Lambda, 100,000 requests', { 'lambda.requests': 100_000 }, '0.02'),
  lambda('Lambda x86, 128 MB, 350 ms', { 'lambda.x86.duration': gbSeconds(100_000, 128, 350) }, '0.07'),
  lambda('Lambda arm64, 128 MB, 350 ms', { 'lambda.arm64.duration': gbSeconds(100_000, 128, 350) }, '0.06'),
  lambda('Lambda arm64, 512 MB, 350 ms', { 'lambda.arm64.duration': gbSeconds(100_000, 512, 350) }, '0.23'),
  lambda('Lambda, 6 billion requests', { 'lambda.requests': 6 * billion }, '1200.00'),
  lambda(
    'Lambda x86, 6 billion of 512 MB, 1,024 ms',
    { 'lambda.x86.duration': gbSeconds(6 * billion, 512, 1_024) },
    '51200.10',
  ),
  lambda('Lambda, 9 billion requests', { 'lambda.requests': 9 * billion }, '1800.00'),
  lambda('Lambda x86, the first 6 billion GB-s', { 'lambda.x86.duration': 6 * billion }, '100000.20'),
  lambda('Lambda x86, the next 3.216 billion GB-s', { 'lambda.x86.duration': 3.216 * billion }, '48240.00', {
    after: { 'lambda.x86.duration': 6 * billion },
  }),
  lambda('Lambda, 7.5 billion requests', { 'lambda.requests': 7.5 * billion }, '1500.00'),
  lambda(
    'Lambda arm64, 7.5 billion of 512 MB, 1,024 ms',
    { 'lambda.arm64.duration': gbSeconds(7.5 * billion, 512, 1_024) },
    '51200.26',
  ),
  provisioned('Lambda, 10 million requests', { 'lambda.requests': 10 * million }, '2.00'),
  provisioned('provisioned concurrency held, 9 million GB-s', { 'lambda.arm64.provisioned': 9 * million }, '30.00'),
  provisioned('duration in it, 1.75 million GB-s', { 'lambda.arm64.provisionedDuration': 1.75 * million }, '13.61'),
  {
    ...lambda('two provisioned pollers of a queue, idle', { 'lambda.queuePollers': 2 * 730 }, '13.51'),
    source: 'Lambda pricing page, 2026: $0.00925 a poller and hour [derived]',
  },
];

/** At the time, the page printed one digit less. */
const olderPrices = {
  ...awsPrices,
  'lambda.x86.duration': { ...awsPrices['lambda.x86.duration'], usd: { '*': flat('0.00001667') } },
};
const pageExample = (name: string, quantities: Use, published: string): WorkedCost => ({
  ...{ name, prices: olderPrices, quantities, published, freeTier: true },
  source: 'https://aws.amazon.com/lambda/pricing/, examples of an older page',
});
const example = (requests: number, memoryMb: number, ms: number): Use => ({
  'lambda.requests': requests,
  'lambda.x86.duration': gbSeconds(requests, memoryMb, ms),
});
const { 'lambda.requests': threeMillion = 0, 'lambda.x86.duration': ofThree = 0 } = example(3 * million, 512, 1_000);
const { 'lambda.requests': thirtyMillion = 0, 'lambda.x86.duration': ofThirty = 0 } = example(30 * million, 128, 200);
const pageRows = [
  pageExample('AWS: 3 million of 512 MB, 1 s, duration', { 'lambda.x86.duration': ofThree }, '18.34'),
  pageExample('AWS: 3 million requests', { 'lambda.requests': threeMillion }, '0.40'),
  pageExample('AWS: 3 million of 512 MB, 1 s, together', example(3 * million, 512, 1_000), '18.74'),
  pageExample('AWS: 30 million of 128 MB, 200 ms, duration', { 'lambda.x86.duration': ofThirty }, '5.83'),
  pageExample('AWS: 30 million requests', { 'lambda.requests': thirtyMillion }, '5.80'),
  pageExample('AWS: 30 million of 128 MB, 200 ms, together', example(30 * million, 128, 200), '11.63'),
];

const bus = row('cloudwatch_event_bus');
const logs = row('cloudwatch_log_group');
const messageRows = [
  row('sqs_queue')('SQS standard, 2 million', { 'sqs.standard': 2 * million }, '0.80'),
  row('sqs_queue')('SQS FIFO, 1 million', { 'sqs.fifo': million }, '0.50'),
  row('apigatewayv2_api')('HTTP API, 300 million', { 'api.http': 300 * million }, '300.00'),
  row('apigatewayv2_api')('HTTP API, the next 700 million', { 'api.http': 700 * million }, '630.00', {
    after: { 'api.http': 300 * million },
  }),
  bus('custom events, 1 million', { 'events.custom': million }, '1.00'),
  bus('events of third parties, 2 million', { 'events.partner': 2 * million }, '2.00'),
  bus('events archived, 100 GB', { 'events.archive': 100 }, '10.00'),
  bus('archive storage, 200 GB', { 'events.archiveStorage': 200 }, '4.60'),
  bus('schema discovery, 1 million', { 'events.schemaDiscovery': million }, '0.10'),
  logs('logs ingested, 1,000 GB', { 'logs.ingested': 1_000 }, '500.00'),
  logs('logs stored, 500 GB', { 'logs.stored': 500 }, '15.00'),
  logs('logs scanned, 250 GB', { 'logs.scanned': 250 }, '1.25'),
];

const cdn = row('cloudfront_distribution');
const outSteps = [
  [10_240, '870.40'],
  [40_960, '3276.80'],
  [102_400, '6144.00'],
  [358_400, '14336.00'],
  [536_576, '16097.28'],
  [4_194_304, '104857.60'],
] as const;
const edgeRows = [
  ...outSteps.map(([quantity, published], at) =>
    cdn(`CloudFront out, step ${at + 1}, ${quantity} GB`, { 'cdn.out': quantity }, published, {
      after: { 'cdn.out': outSteps.slice(0, at).reduce((sum, [before]) => sum + before, 0) },
    }),
  ),
  cdn('CloudFront, 123,400 requests by HTTPS', { 'cdn.https': 123_400 }, '0.12'),
  cdn('CloudFront, 123,402 requests by HTTP', { 'cdn.http': 123_402 }, '0.09'),
  cdn('CloudFront to the origin, 1,234 GB', { 'cdn.toOrigin': 1_234 }, '24.68'),
  cdn('CloudFront, 11,340 paths beyond the free 1,000', { 'cdn.invalidations': 12_340 }, '56.70'),
  cdn('CloudFront, field-level encryption', { 'cdn.fieldEncryption': 123_400 }, '0.25'),
  cdn('CloudFront, lines of real-time logs', { 'cdn.logLines': 12_340_000 }, '0.12'),
];

const table = row('dynamodb_table');
const tableRows = [
  table('DynamoDB, 3 million write units', { 'dynamodb.writes': 3 * million }, '1.88'),
  table('DynamoDB, 8 million read units', { 'dynamodb.reads': 8 * million }, '1.00'),
  table('DynamoDB storage, 230 GB', { 'dynamodb.storage': 230 }, '57.50'),
  table('DynamoDB recovery, 2,300 GB', { 'dynamodb.recovery': 2_300 }, '460.00'),
  table('DynamoDB backup, 460 GB', { 'dynamodb.backup': 460 }, '46.00'),
  table('DynamoDB restored, 230 GB', { 'dynamodb.restore': 230 }, '34.50'),
  table('DynamoDB, 2 million reads of a stream', { 'dynamodb.streamReads': 2 * million }, '0.40'),
  table('DynamoDB, 3 million writes replicated to us-east-2', { 'dynamodb.replicatedWrites': 3 * million }, '1.88', {
    region: 'us-east-2',
  }),
  table('DynamoDB, 3 million writes replicated to us-west-1', { 'dynamodb.replicatedWrites': 3 * million }, '2.09', {
    region: 'us-west-1',
  }),
  table('DynamoDB, 77 provisioned write units on average', { 'dynamodb.provisionedWrites': 77 * 730 }, '36.54'),
  table('DynamoDB, 76 provisioned read units on average', { 'dynamodb.provisionedReads': 76 * 730 }, '7.21'),
  {
    ...table('DynamoDB, 217.288 million writes', { 'dynamodb.writes': 217.288 * million }, '135.81'),
    source: 'theburningmonk.com 2019-03, its count of writes at the price since 2024-11 [derived]',
  },
];

export const awsWorked: readonly WorkedCost[] = [
  ...functionRows,
  ...pageRows,
  ...messageRows,
  ...edgeRows,
  ...tableRows,
  row('wafv2_web_acl')(
    'WAF: an ACL, a rule, a million requests',
    { 'waf.acl': 1, 'waf.rules': 1, 'waf.requests': million },
    '6.60',
  ),
];
