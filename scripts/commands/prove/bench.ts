import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import Table from 'cli-table3';
import { showBar } from '../../cli/bar.ts';
import { exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { type CachedProduct, largestRatio, measureCachedProduct } from '../../lab/bench/cached-product.ts';
import { checkerLimits, formatChecker, isWithin, measureChecker } from '../../lab/bench/checker.ts';
import { measureCold } from '../../lab/bench/cold/cold.ts';
import { formatCold, isWithinAll, toRows } from '../../lab/bench/cold/report.ts';
import { type EngineRates, measureEngine } from '../../lab/bench/engine-alone.ts';
import { formatMiddleware, largestOverhead, measureMiddleware } from '../../lab/bench/middleware-run.ts';
import { benchCalls } from '../../lab/simulation/costs/bench-calls.ts';
import { hotShardLine } from '../../lab/simulation/group-commit.ts';
import type { Platform } from '../../platform/platform.ts';
import { withPlatform } from '../../platform/with-platform.ts';
import type { ClientConfig } from '../../sale/check/read-stores.ts';
import { ShopClient } from '../../sale/client.ts';
import { toClientConfig, waitUntilQuiet } from '../../sale/deployed-quiescence.ts';
import { cachedTokens, percentiles, placeOrders } from '../../sale/place-orders.ts';
import { demoProducts, seed } from '../../sale/seed.ts';
import { planOrders } from '../../sale/workload.ts';

const usage = `
usage: npm run bench -- [--orders N]
       npm run bench -- calls
       npm run bench -- checker [--orders N]
       npm run bench -- cold [--rounds N]
       npm run bench -- middleware

Measures on this machine, in one run:
  - orders per second through the whole local path (post -> queue -> settlement -> stream -> views)
  - the emulator's own rate, as a ratio to that path: the emulator is the bottleneck here
  - the overhead of our middleware per call, against a handler with the same features written by hand, and its parts
  - a cached product from the local CDN, against a bare HTTP server that sends the same bytes; exit code 1 if the CDN
    is more than ${largestRatio} times slower
  - orders per second of one hot stock shard, confirmed one at a time and in groups, in simulated time

calls: what settlement asks of the stores for each confirmed and rejected order, counted by running it over simulated
stores: calls, and on DynamoDB units; exit code 1 beyond the limits of a sold-out product. About a minute

checker: only the checker of the invariants, over the stores of a sale that is built and not run; exit code 1 beyond
its limits of ${checkerLimits.seconds} s and ${checkerLimits.megabytes} MB for 100,000 orders

cold: cold starts of the functions on an order's path, against a plain minified bundle of the same code; exit code 1 if
a ratio is beyond its limit

middleware: only the overhead of our middleware; exit code 1 beyond ${largestOverhead} us

  --orders N  orders per round, for two rounds (default 300; checker: 100000)
  --rounds N  cold: starts of each package, taken in turn (default 15)
  --help

The figures compare versions of this code on this machine. They do not predict AWS.
`;

await runMain(async () => {
  const [only, ...rest] = process.argv.slice(2);
  if (only === 'calls') return benchCalls(usage, rest);
  if (only === 'checker') return benchChecker(rest);
  if (only === 'middleware') return benchMiddleware(rest);
  return only === 'cold' ? benchCold(rest) : benchAll();
});

async function benchChecker(args: string[]): Promise<number> {
  const words = parseCommandLine(usage, { orders: { type: 'string', default: '100000' } }, args);
  const run = await measureChecker(parseWholeNumber('orders', words.orders, { min: 1, max: 1_000_000 }));
  process.stdout.write(formatChecker(run));
  return isWithin(run) ? exitCodes.ok : exitCodes.failed;
}

async function benchCold(args: string[]): Promise<number> {
  const words = parseCommandLine(usage, { rounds: { type: 'string', default: '15' } }, args);
  const rounds = parseWholeNumber('rounds', words.rounds, { min: 1, max: 1_000 });
  const bar = showBar('cold starts', rounds);
  const results = await measureCold(rounds, bar.update).finally(bar.stop);
  process.stdout.write(formatCold(results, rounds));
  return isWithinAll(toRows(results)) ? exitCodes.ok : exitCodes.failed;
}

async function benchMiddleware(args: string[]): Promise<number> {
  parseCommandLine(usage, {}, args);
  const measured = await measureMiddleware();
  process.stdout.write(formatMiddleware(measured));
  return measured.overhead <= largestOverhead ? exitCodes.ok : exitCodes.failed;
}

async function benchAll(): Promise<number> {
  const words = parseCommandLine(usage, { orders: { type: 'string', default: '300' } });
  const orders = parseWholeNumber('orders', words.orders, { min: 10, max: 100_000 });
  process.stderr.write('measuring the middleware\n');
  const middleware = await measureMiddleware();
  return withPlatform({}, async (platform) => {
    const config = toClientConfig(platform);
    const target = await createTargets(config);
    // Each round measures the engine next to the path, so that a drift of the machine shows.
    const rounds: Round[] = [];
    for (const round of [1, 2]) {
      const engine = await measureEngine(config, target);
      rounds.push({ engine, ...(await measureWholePath(platform, orders, round)) });
    }
    const cached = await measureCache(platform);
    process.stdout.write(formatRounds(rounds));
    process.stdout.write(formatMiddleware(middleware));
    process.stdout.write(formatCachedProduct(cached));
    process.stdout.write(await hotShardLine());
    return cached.ratio <= largestRatio ? exitCodes.ok : exitCodes.failed;
  });
}

interface Round {
  readonly engine: EngineRates;
  readonly ordersPerSecond: number;
  readonly postP50: number;
}

async function measureCache({ edgeUrl, issuer }: Platform): Promise<CachedProduct> {
  process.stderr.write('measuring a cached product\n');
  const [product] = demoProducts;
  if (!product) throw new Error('demoProducts is empty');
  await seed({ apiUrl: edgeUrl, issuer }, [product]);
  return measureCachedProduct(edgeUrl, `/products/${product.sku}`);
}

function formatCachedProduct({ edge, bare, ratio, serverBusy, clientBusy }: CachedProduct): string {
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  const verdict = ratio <= largestRatio ? 'within' : 'FAILED: beyond';
  return (
    `cached product: ${edge.toFixed(0)} responses a second through the local CDN, ${bare.toFixed(0)} from a bare server: ` +
    `${ratio.toFixed(2)} times slower, ${verdict} the limit of ${largestRatio}\n` +
    `  (CPU time in the bare-server run: server ${percent(serverBusy)}, client ${percent(clientBusy)})\n`
  );
}

async function createTargets(config: ClientConfig): Promise<{ queueUrl: string; table: string }> {
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

async function measureWholePath(platform: Platform, orders: number, round: number) {
  const sku = `bench-${round}`;
  const units = orders;
  await seed(platform, [{ sku, name: 'Bench', unitPrice: 100, currency: 'EUR', peakOrdersPerSecond: 800, units }]);
  const plain = { largestQuantity: 1, repeatShare: 0, cancelShare: 0 };
  const plan = planOrders({ orders, seed: round, skus: [sku], ...plain });
  const bar = showBar(`round ${round} of 2`, orders);
  const begun = performance.now();
  const tokenOf = cachedTokens(platform.issuer);
  const shop = new ShopClient(platform.apiUrl);
  const { latenciesMs } = await placeOrders(shop, plan, { concurrency: 32, tokenOf, onPlaced: bar.update });
  await waitUntilQuiet(platform, 0, { withinMs: 300_000 });
  bar.stop();
  const seconds = (performance.now() - begun) / 1_000;
  return { ordersPerSecond: orders / seconds, postP50: percentiles(latenciesMs).p50 };
}

function formatRounds(rounds: readonly Round[]): string {
  const table = new Table({ head: ['', ...rounds.map((_, i) => `round ${i + 1}`)], style: { head: [], border: [] } });
  const row = (name: string, value: (round: Round) => string) => table.push([name, ...rounds.map(value)]);
  row('orders per second, whole path', ({ ordersPerSecond }) => ordersPerSecond.toFixed(1));
  row('post, p50 ms at 32 in parallel', ({ postP50 }) => postP50.toFixed(0));
  row('engine alone: SendMessageBatch, messages/s', ({ engine }) => engine.sendMessageBatch.toFixed(0));
  row('engine alone: TransactWriteItems(2), 1/s', ({ engine }) => engine.transactWrite.toFixed(0));
  row('engine transactions per order', ({ engine, ordersPerSecond }) =>
    (engine.transactWrite / ordersPerSecond).toFixed(1),
  );
  row('engine messages per order', ({ engine, ordersPerSecond }) =>
    (engine.sendMessageBatch / ordersPerSecond).toFixed(1),
  );
  return `${table.toString()}\n`;
}
