import pLimit from 'p-limit';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Chart } from '../../report/chart.ts';
import type { Finding } from '../../report/finding.ts';
import { rates } from '../../report/rates.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { type Drill, type DrillResult, type DrillSystem, percent } from './drill.ts';
import { openSale, settledTimes } from './sale.ts';

const hotShare = 0.9;
const products = 10;
/** Supply as a share of demand for every product, so that the rejection rate is the same, hot or not. */
const supplyShare = 0.6;
const limits = { rateShare: 0.8 } as const;
/** Concurrent orders: more than the workers can process. */
const parallel = 24;
const ordersASecond = 25;

/** One product gets nine orders in ten. */
export const hot: Drill = async (system, { seconds, say }) => {
  const rounds = seconds < 10 ? 1 : 2;
  const orders = Math.max(20, Math.round((seconds * ordersASecond) / rounds));
  const played: Played[] = [];
  // Alternate, so that temporary load on the machine affects both.
  for (let round = 0; round < rounds; round++) {
    for (const share of [1 / products, hotShare]) {
      const one = await play(system, { orders, share, seed: round });
      say(
        `${percent(share, 1)} of ${orders} orders for one product: ${(orders / one.seconds).toFixed(1)} settled per second`,
      );
      played.push(one);
    }
  }
  return buildResult(orders, played);
};

interface Played {
  /** Share of orders for the first product. */
  readonly share: number;
  /** Per product, the hot one first. */
  readonly stocks: readonly Stock[];
  readonly begunAt: number;
  /** From the first click until the last order is settled. */
  readonly seconds: number;
  readonly settled: readonly number[];
  readonly kept: readonly Finding[];
}

interface Stock {
  readonly sold: number;
  /** Units in stock, or fewer if demand was lower. */
  readonly sellable: number;
}

interface Play {
  readonly orders: number;
  readonly share: number;
  readonly seed: number;
}

async function play(system: DrillSystem, { orders, share, seed }: Play): Promise<Played> {
  const random = xoroshiro128plus(seed);
  const pick = () => (uniformFloat64(random) < share ? 0 : 1 + Math.floor(uniformFloat64(random) * (products - 1)));
  const wishes = Array.from({ length: orders }, pick);
  const unitsOf = (product: number) =>
    Math.max(1, Math.floor(wishes.filter((wish) => wish === product).length * supplyShare));
  const stock = Array.from({ length: products }, (_, index) => ({ name: `lamp-${index}`, units: unitsOf(index) }));
  const sale = await openSale(system, `hot-${Math.round(share * 100)}-${seed}`, stock);
  const limit = pLimit(parallel);
  const begunAt = Date.now();
  await Promise.all(
    wishes.map((wish) => limit(() => sale.order({ sku: sale.skus[wish] ?? '', at: Date.now(), patienceMs: 60_000 }))),
  );
  const snapshot = await sale.stores(180_000);
  const settled = [...settledTimes(snapshot).values()];
  return {
    share,
    stocks: stock.map(({ units }, index) => countSold(snapshot, sale.skus[index] ?? '', units)),
    begunAt,
    seconds: (Math.max(...settled) - begunAt) / 1_000,
    settled,
    kept: await sale.judge(snapshot),
  };
}

function countSold({ orders }: Snapshot, sku: string, units: number): Stock {
  const wanted = orders.filter((order) => order.sku === sku);
  const sold = wanted.filter(({ state }) => state !== 'REJECTED' && state !== 'PENDING').length;
  return { sold, sellable: Math.min(units, wanted.length) };
}

function buildResult(orders: number, played: readonly Played[]): DrillResult {
  const hottest = played.filter(({ share }) => share === hotShare);
  const spread = played.filter(({ share }) => share !== hotShare);
  const rate = (some: readonly Played[]) =>
    (orders * some.length) / some.reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    hypothesis: `When one product gets ${percent(hotShare, 1)} of the orders and all products sell out, every product sells to the last unit, and the system keeps at least four fifths of its rate.`,
    findings: [
      {
        what: 'orders settled per second, one product hot',
        measured: `${percent(rate(hottest), rate(spread))} of the rate when spread evenly`,
        limit: `at least ${percent(limits.rateShare, 1)}`,
        holds: rate(hottest) >= rate(spread) * limits.rateShare,
        timing: true,
      },
      ...soldFindings(hottest),
      ...played.flatMap(({ kept }) => kept),
    ],
    facts: [
      ['orders per run', `${orders}`],
      ['settled per second, spread evenly and hot', `${rate(spread).toFixed(1)}, ${rate(hottest).toFixed(1)}`],
    ],
    notes: [
      'Up to 24 orders are in flight at a time, until the last one is settled; every product has units for 60 % of its orders.',
      'The emulator does not throttle a hot partition as DynamoDB does (1,000 writes per second): this measures conflicts and attempts on several shards.',
    ],
    charts: buildCharts(hottest[0], spread[0]),
  };
}

function soldFindings(hottest: readonly Played[]): Finding[] {
  const hot = hottest.map(({ stocks: [first] }) => first);
  const others = hottest.flatMap(({ stocks: [, ...rest] }) => rest);
  const soldOut = others.filter(({ sold, sellable }) => sold === sellable);
  return [
    {
      what: 'units of the hot product sold',
      measured: hot.map((one) => `${one?.sold} of ${one?.sellable}`).join(', '),
      limit: 'all, but no more',
      holds: hot.every((one) => one !== undefined && one.sold === one.sellable),
    },
    {
      what: 'other products sold as far as possible',
      measured: `${soldOut.length} of ${others.length}`,
      limit: 'all',
      holds: soldOut.length === others.length,
    },
  ];
}

function buildCharts(hottest: Played | undefined, spread: Played | undefined): readonly Chart[] {
  const line = (name: string, played: Played | undefined) =>
    played ? [{ name, points: rates(played.settled, played.begunAt, 1) }] : [];
  const lines = [...line('one product hot', hottest), ...line('spread evenly', spread)];
  return [{ title: 'Orders settled', unit: 'orders per second', lines }];
}
