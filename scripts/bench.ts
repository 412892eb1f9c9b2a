import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import Table from 'cli-table3';
import { showBar } from './cli/bar.ts';
import { exitCodes, parseCommandLine, runMain, wholeNumber } from './cli/cli.ts';
import { type CachedProduct, largestRatio, measureCachedProduct } from './lab/bench/cached-product.ts';
import { type EngineRates, measureEngine } from './lab/bench/engine-alone.ts';
import { hotShardLine } from './lab/simulation/group-commit.ts';
import type { Platform } from './platform/platform.ts';
import { withPlatform } from './platform/with-platform.ts';
import type { ClientConfig } from './sale/check/read-stores.ts';
import { ShopClient } from './sale/client.ts';
import { clientConfigOf, waitUntilQuiet } from './sale/deployed-quiescence.ts';
import { percentiles, placeOrders, rememberedTokens } from './sale/place-orders.ts';
import { demoProducts, seed } from './sale/seed.ts';
import { planOrders } from './sale/workload.ts';

const usage = `
usage: npm run bench -- [--orders N]

Measures, in one run on this machine:
  - orders per second through the whole local path (post -> queue -> settlement -> stream -> views)
  - beside it what the emulator alone does, as a ratio: the emulator is what bounds the path here
  - what our middleware costs a call, against a bare handler, in microseconds
  - a product out of the cache of the local CDN, against a bare HTTP server that sends the same bytes; exit code 1 when
    the CDN is slower by more than ${largestRatio} times
  - orders per second of one hot stock shard, confirmed one by one and in groups, in simulated time

  --orders N  orders in each of the two rounds (default 300)
  --help

The figures rank this code on this machine. They say nothing about AWS.
`;

await runMain(async () => {
  const words = parseCommandLine(usage, { orders: { type: 'string', default: '300' } });
  const orders = wholeNumber('orders', words.orders, { min: 10, max: 100_000 });
  const overhead = await middlewareOverhead();
  return withPlatform({}, async (platform) => {
    const config = clientConfigOf(platform);
    const target = await benchTargets(config);
    // Engine, path, engine, path: each path is read against the engine beside it, so that a drift shows.
    const rounds: Round[] = [];
    for (const round of [1, 2]) {
      const engine = await measureEngine(config, target);
      rounds.push({ engine, ...(await wholePath(platform, orders, round)) });
    }
    const cached = await cachedProduct(platform);
    process.stdout.write(tableOf(rounds, overhead));
    process.stdout.write(lineOf(cached));
    process.stdout.write(await hotShardLine());
    return cached.ratio <= largestRatio ? exitCodes.ok : exitCodes.failed;
  });
});

interface Round {
  readonly engine: EngineRates;
  readonly ordersPerSecond: number;
  readonly postP50: number;
}

async function middlewareOverhead(): Promise<{ p50: number; p90: number }> {
  process.stderr.write('measuring the middleware\n');
  const script = new URL('./lab/bench/middleware.ts', import.meta.url).pathname;
  const env = { ...process.env, POWERTOOLS_SERVICE_NAME: 'bench', POWERTOOLS_METRICS_NAMESPACE: 'bench' };
  const options = { env, maxBuffer: 1024 ** 3 };
  const { stderr } = await promisify(execFile)(process.execPath, [script], options);
  const { overheads } = JSON.parse(stderr) as { overheads: number[] };
  return percentiles(overheads);
}

async function cachedProduct({ edgeUrl, issuer }: Platform): Promise<CachedProduct> {
  process.stderr.write('measuring a cached product\n');
  const [product] = demoProducts;
  if (!product) throw new Error('there is no product to ask for');
  await seed({ apiUrl: edgeUrl, issuer }, [product]);
  return measureCachedProduct(edgeUrl, `/products/${product.sku}`);
}

function lineOf({ edge, bare, ratio, serverBusy, clientBusy }: CachedProduct): string {
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  const verdict = ratio <= largestRatio ? 'within' : 'FAILED: beyond';
  return (
    `a cached product: ${edge.toFixed(0)} answers a second through the local CDN, ${bare.toFixed(0)} from a bare server: ` +
    `slower by ${ratio.toFixed(2)} times, ${verdict} the limit of ${largestRatio}\n` +
    `  (beside the bare server, which computed ${percent(serverBusy)} of the time, the client did so ${percent(clientBusy)})\n`
  );
}

async function benchTargets(config: ClientConfig): Promise<{ queueUrl: string; table: string }> {
  const { QueueUrl = '' } = await new SQSClient(config).send(new CreateQueueCommand({ QueueName: 'bench' }));
  await new DynamoDBClient(config).send(
    new CreateTableCommand({
      TableName: 'bench',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  return { queueUrl: QueueUrl, table: 'bench' };
}

async function wholePath(platform: Platform, orders: number, round: number) {
  const sku = `bench-${round}`;
  const units = orders;
  await seed(platform, [{ sku, name: 'Bench', unitPrice: 100, currency: 'EUR', peakOrdersPerSecond: 800, units }]);
  const none = { largestQuantity: 1, repeatShare: 0, cancelShare: 0 };
  const plan = planOrders({ orders, seed: round, skus: [sku], ...none });
  const bar = showBar(`round ${round} of 2`, orders);
  const begun = performance.now();
  const tokenOf = rememberedTokens(platform.issuer);
  const shop = new ShopClient(platform.apiUrl);
  const { latenciesMs } = await placeOrders(shop, plan, { concurrency: 32, tokenOf, onPlaced: bar.update });
  await waitUntilQuiet(platform, 0, { withinMs: 300_000 });
  bar.stop();
  const seconds = (performance.now() - begun) / 1_000;
  return { ordersPerSecond: orders / seconds, postP50: percentiles(latenciesMs).p50 };
}

function tableOf(rounds: readonly Round[], overhead: { p50: number; p90: number }): string {
  const table = new Table({ head: ['', ...rounds.map((_, i) => `round ${i + 1}`)], style: { head: [], border: [] } });
  const row = (name: string, value: (round: Round) => string) => table.push([name, ...rounds.map(value)]);
  row('orders per second, whole path', ({ ordersPerSecond }) => ordersPerSecond.toFixed(1));
  row('post, p50 ms at 32 in parallel', ({ postP50 }) => postP50.toFixed(0));
  row('engine alone: SendMessageBatch, messages/s', ({ engine }) => engine.sendMessageBatch.toFixed(0));
  row('engine alone: TransactWriteItems(2), 1/s', ({ engine }) => engine.transactWrite.toFixed(0));
  row('engine transactions for one order', ({ engine, ordersPerSecond }) =>
    (engine.transactWrite / ordersPerSecond).toFixed(1),
  );
  row('engine messages for one order', ({ engine, ordersPerSecond }) =>
    (engine.sendMessageBatch / ordersPerSecond).toFixed(1),
  );
  const { p50, p90 } = overhead;
  return `${table.toString()}\nour middleware: ${p50.toFixed(0)} us a call over a bare handler (p90 ${p90.toFixed(0)} us)\n`;
}
