import pLimit from 'p-limit';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { chart, rates } from '../../report/chart.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { type Drill, type DrillSystem, type Finding, percent } from './drill.ts';
import { invariantsOf, openSale, settledAt } from './sale.ts';

const hotShare = 0.9;
const products = 10;
/** Of what the orders for each product ask for: as many are rejected whether one product is hot or none is. */
const supplyShare = 0.6;
const limits = { rateShare: 0.8 } as const;
/** Orders under way at a time: more than the workers take. */
const parallel = 24;
const ordersASecond = 25;

/** One product takes nine orders of ten. */
export const hot: Drill = async (system, { seconds, say }) => {
  const rounds = seconds < 10 ? 1 : 2;
  const orders = Math.max(20, Math.round((seconds * ordersASecond) / rounds));
  const played: Played[] = [];
  // In turns, so that a machine that is busy for a while is so for both.
  for (let round = 0; round < rounds; round++) {
    for (const share of [1 / products, hotShare]) {
      const one = await play(system, { orders, share, seed: round });
      say(
        `${percent(share, 1)} of ${orders} orders for one product: ${(orders / one.seconds).toFixed(1)} settled a second`,
      );
      played.push(one);
    }
  }
  return resultOf(orders, played);
};

interface Played {
  /** Of the first product. */
  readonly share: number;
  /** Of each product, the hot one first. */
  readonly stocks: readonly Stock[];
  readonly begunAt: number;
  /** From the first click until the last order was settled. */
  readonly seconds: number;
  readonly settled: readonly number[];
  readonly invariants: readonly Finding[];
}

interface Stock {
  readonly sold: number;
  /** What could be sold: the units there were, or fewer if fewer were wanted. */
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
  const settled = [...settledAt(snapshot).values()];
  return {
    share,
    stocks: stock.map(({ units }, index) => soldOf(snapshot, sale.skus[index] ?? '', units)),
    begunAt,
    seconds: (Math.max(...settled) - begunAt) / 1_000,
    settled,
    invariants: invariantsOf(snapshot, sale.visits),
  };
}

function soldOf({ orders }: Snapshot, sku: string, units: number): Stock {
  const wanted = orders.filter((order) => order.sku === sku);
  const sold = wanted.filter(({ state }) => state !== 'REJECTED' && state !== 'PENDING').length;
  return { sold, sellable: Math.min(units, wanted.length) };
}

function resultOf(orders: number, played: readonly Played[]) {
  const hottest = played.filter(({ share }) => share === hotShare);
  const spread = played.filter(({ share }) => share !== hotShare);
  const rateOf = (some: readonly Played[]) =>
    (orders * some.length) / some.reduce((sum, { seconds }) => sum + seconds, 0);
  const soldText = (stocks: readonly (Stock | undefined)[]) =>
    stocks.map((one) => `${one?.sold} of ${one?.sellable}`).join(', ');
  const others = hottest.flatMap(({ stocks: [, ...rest] }) => rest);
  const soldOut = others.filter(({ sold, sellable }) => sold === sellable);
  const findings: Finding[] = [
    {
      what: 'orders settled a second, one product hot',
      measured: `${percent(rateOf(hottest), rateOf(spread))} of those when spread evenly`,
      limit: `at least ${percent(limits.rateShare, 1)}`,
      holds: rateOf(hottest) >= rateOf(spread) * limits.rateShare,
      timing: true,
    },
    {
      what: 'units of the hot product sold',
      measured: soldText(hottest.map(({ stocks: [first] }) => first)),
      limit: 'all, and no more',
      holds: hottest.every(({ stocks: [first] }) => first !== undefined && first.sold === first.sellable),
    },
    {
      what: 'other products of which all was sold that could be',
      measured: `${soldOut.length} of ${others.length}`,
      limit: 'all',
      holds: soldOut.length === others.length,
    },
    ...hottest.flatMap(({ invariants }) => invariants),
  ];
  return {
    hypothesis: `When one product takes ${percent(hotShare, 1)} of the orders and all sell out, every product is sold to the last unit, and the system loses no more than a fifth of its rate.`,
    findings,
    facts: [
      ['orders in each of the runs', `${orders}`],
      ['settled a second, spread evenly and hot', `${rateOf(spread).toFixed(1)}, ${rateOf(hottest).toFixed(1)}`],
    ] as const,
    notes: [
      'Orders come as fast as 24 at a time go, until the last one is settled; every product has units for 60 % of its orders.',
      'The emulator does not throttle a hot partition as DynamoDB does (1,000 writes a second): what is measured is conflicts and probing of the shards.',
    ],
    charts: {
      'settled.svg': chart('Orders settled a second', [
        ...[hottest, spread].flatMap(([one], index) =>
          one
            ? [
                {
                  name: index === 0 ? 'one hot' : 'spread evenly',
                  color: index === 0 ? '#d62728' : '#1f77b4',
                  points: rates(one.settled, one.begunAt, 1),
                },
              ]
            : [],
        ),
      ]),
    },
  };
}
