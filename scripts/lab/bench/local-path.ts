import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { showBar } from '../../cli/bar.ts';
import type { Platform } from '../../platform/platform.ts';
import { table } from '../../report/table.ts';
import type { ClientConfig } from '../../sale/check/read-stores.ts';
import { toClientConfig } from '../../sale/deployed-quiescence.ts';
import { percentiles } from '../../sale/place-orders.ts';
import { demoProducts, seed } from '../../sale/seed.ts';
import { type CachedProduct, measureCachedProduct } from './cached-product.ts';
import { type EngineRates, measureEngine } from './engine-alone.ts';
import { sellPlainly } from './sell.ts';

export interface Round {
  readonly engine: EngineRates;
  readonly ordersPerSecond: number;
  readonly postP50: number;
}

/** Each round also measures the engine, so that a drift of the machine shows. */
export async function measureLocalPath(platform: Platform, orders: number): Promise<readonly Round[]> {
  const config = toClientConfig(platform);
  const target = await createTargets(config);
  const rounds: Round[] = [];
  for (const round of [1, 2]) {
    const engine = await measureEngine(config, target);
    rounds.push({ engine, ...(await measureWholePath(platform, orders, round)) });
  }
  return rounds;
}

export async function measureCache({ edgeUrl, issuer }: Platform): Promise<CachedProduct> {
  process.stderr.write('measuring a cached product\n');
  const [product] = demoProducts;
  if (!product) throw new Error('demoProducts is empty');
  await seed({ apiUrl: edgeUrl, issuer }, [product]);
  return measureCachedProduct(edgeUrl, `/products/${product.sku}`);
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
  const bar = showBar(`round ${round} of 2`, orders);
  const sale = { sku: `bench-${round}`, orders, seed: round, concurrency: 32, onPlaced: bar.update };
  const { latenciesMs, ms } = await sellPlainly(platform, sale).finally(bar.stop);
  return { ordersPerSecond: (orders / ms) * 1_000, postP50: percentiles(latenciesMs).p50 };
}

export function formatRounds(rounds: readonly Round[]): string {
  const row = (name: string, value: (round: Round) => string) => [name, ...rounds.map(value)];
  const rows = [
    row('orders per second, whole path', ({ ordersPerSecond }) => ordersPerSecond.toFixed(1)),
    row('post, p50 ms at 32 in parallel', ({ postP50 }) => postP50.toFixed(0)),
    row('engine alone: SendMessageBatch, messages/s', ({ engine }) => engine.sendMessageBatch.toFixed(0)),
    row('engine alone: TransactWriteItems(2), 1/s', ({ engine }) => engine.transactWrite.toFixed(0)),
    row('engine transactions per order', ({ engine, ordersPerSecond }) =>
      (engine.transactWrite / ordersPerSecond).toFixed(1),
    ),
    row('engine messages per order', ({ engine, ordersPerSecond }) =>
      (engine.sendMessageBatch / ordersPerSecond).toFixed(1),
    ),
  ];
  return `${table(rows, ['', ...rounds.map((_, i) => `round ${i + 1}`)])}\n`;
}
