import { isSold } from '../../../functions/domain/order.ts';
import { showBar } from '../../cli/bar.ts';
import { exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { reportsFolder } from '../../platform/process/paths.ts';
import { withPlatform } from '../../platform/with-platform.ts';
import { describeFailures, findingTable } from '../../report/finding.ts';
import { publishReport } from '../../report/publish.ts';
import { plural, type Report, sectionsText, type Table } from '../../report/report.ts';
import { saleCharts } from '../../sale/charts.ts';
import { ShopClient } from '../../sale/client.ts';
import { awsSystem, parseOtherCloud, withCloud } from '../../sale/clouds.ts';
import { tryForeignOrders } from '../../sale/hostile-input.ts';
import { judgeLoad, type LoadResult } from '../../sale/judge/load.ts';
import { countOrders } from '../../sale/judge/placing.ts';
import { cachedTokens, percentiles, placeOrders } from '../../sale/place-orders.ts';
import { seed } from '../../sale/seed.ts';
import type { SaleSystem } from '../../sale/system.ts';
import { planOrders } from '../../sale/workload.ts';

const usage = `
usage: npm run load -- [options]

Places many one-unit orders for a product with too few units, on its own platform. Afterwards there must be exactly
one confirmed order per unit, all others rejected, no dead letter, and every invariant must hold. Prints tables,
and writes a page with charts to .local/reports.

  --orders N    orders (default 10000)
  --units N     units in stock (default 1000)
  --parallel N  concurrent orders (default 64)
  --shards N    stock shards (default 8)
  --seed N      default 1
  --cloud NAME  aws (default), azure or google: that cloud's local engines
  --help

npm run load -- --orders 200 --units 1 --parallel 200    200 orders for the last unit
`;

interface LoadOptions {
  readonly orders: number;
  readonly units: number;
  readonly parallel: number;
  readonly shards: number;
  readonly seed: number;
}

const sku = 'last-units';

await runMain(async () => {
  const words = parseCommandLine(usage, {
    orders: { type: 'string', default: '10000' },
    units: { type: 'string', default: '1000' },
    parallel: { type: 'string', default: '64' },
    shards: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    cloud: { type: 'string', default: 'aws' },
  });
  const options: LoadOptions = {
    orders: parseWholeNumber('orders', words.orders, { min: 1, max: 1_000_000 }),
    units: parseWholeNumber('units', words.units, { min: 1, max: 1_000_000 }),
    parallel: parseWholeNumber('parallel', words.parallel, { min: 1, max: 256 }),
    shards: parseWholeNumber('shards', words.shards, { min: 1, max: 64 }),
    seed: parseWholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 }),
  };
  const cloud = parseOtherCloud(words.cloud);
  if (cloud) return withCloud(cloud, (system) => load(system, options));
  // Bypass the CDN, which does not cache orders.
  return withPlatform({}, (platform) => load({ ...awsSystem(platform), shopUrl: platform.apiUrl }, options));
});

async function load(system: SaleSystem, options: LoadOptions): Promise<number> {
  await seedProduct(system, options);
  const { orders, units, seed: random } = options;
  const plan = planOrders({ orders, seed: random, skus: [sku], largestQuantity: 1, repeatShare: 0, cancelShare: 0 });
  const tokenOf = cachedTokens(system.issuer);
  const shop = new ShopClient(system.shopUrl);
  const posting = showBar('orders posted', orders);
  const onPlaced = posting.update;
  const placing = await placeOrders(shop, plan, { concurrency: options.parallel, tokenOf, onPlaced });
  posting.stop();
  const settling = showBar('orders settled', orders);
  const withinMs = 120_000 + orders * 20;
  const { quiet, snapshot } = await system.untilQuiet(0, { withinMs, onProgress: settling.update });
  settling.stop();
  const foreign = await tryForeignOrders(shop, tokenOf, placing.placed.slice(0, 5));
  return conclude(system, options, { plan, placing, units, quiet, snapshot, foreign });
}

async function seedProduct(system: SaleSystem, { units, shards }: LoadOptions): Promise<void> {
  const product = {
    sku,
    name: 'Last units',
    unitPrice: 100,
    currency: 'EUR',
    peakOrdersPerSecond: shards * 100,
  } as const;
  await seed({ apiUrl: system.shopUrl, issuer: system.issuer }, [{ ...product, units }]);
}

/** Prints the result and writes its page; returns the exit code. */
function conclude(system: SaleSystem, { orders, seed: random }: LoadOptions, result: LoadResult): number {
  const { placing, snapshot, units } = result;
  const findings = judgeLoad(result);
  const report: Report = {
    title: `Load of ${plural(orders, 'order')} for ${plural(units, 'unit')}, seed ${random}`,
    about: 'Many orders of one unit for a product with too few units.',
    success: 'Exactly one order was confirmed per unit, and all invariants hold.',
    failures: describeFailures(findings),
    sections: [
      { title: 'Over time', charts: saleCharts(snapshot, placing.placed) },
      { title: 'Orders (information)', table: orderTable(system, result) },
      { title: 'Judged', table: findingTable(findings) },
    ],
  };
  process.stdout.write(sectionsText(report.sections) + publishReport(report, reportsFolder, 'load'));
  return report.failures.length === 0 ? exitCodes.ok : exitCodes.failed;
}

function orderTable(system: SaleSystem, { placing, snapshot }: LoadResult): Table {
  const { p50, p99 } = percentiles(placing.latenciesMs);
  return {
    rows: [
      ['accepted', countOrders(placing)],
      ['confirmed or fulfilled', snapshot.orders.filter(isSold).length],
      ['rejected', snapshot.orders.filter(({ state }) => state === 'REJECTED').length],
      ['posts per second', (placing.posts / placing.seconds).toFixed(0)],
      ['latency of a post, p50, ms', p50.toFixed(0)],
      ['latency of a post, p99, ms', p99.toFixed(0)],
      ['retries after 429 or 503', placing.throttled],
      ['peak memory of the platform, MB', system.memoryMb().peak],
    ],
  };
}
