import type { Chart } from '../../../report/chart.ts';
import { rates } from '../../../report/rates.ts';
import { underWay } from '../../../sale/check/region-checks.ts';
import { accepted } from '../customers.ts';
import type { DrillResult } from '../drill.ts';
import { type Account, accountForLoss, type Remains } from './account.ts';
import { judgeCut } from './judge-cut.ts';
import { judgeLoss } from './judge-loss.ts';
import { judgeOutage } from './judge-outage.ts';
import type { CutSeen, LossSeen, OutageSeen, Scene } from './scene.ts';

export interface Seen extends Scene {
  readonly seconds: number;
  readonly orders: number;
  readonly cut: CutSeen;
  readonly outage: OutageSeen;
  readonly loss: LossSeen;
}

export function buildResult(seen: Seen): DrillResult {
  const account = accountForLoss(remainsOf(seen));
  const [home, other] = [seen.home, seen.other].map(({ platform }) => platform.region);
  return {
    hypothesis: `The network between ${home} and ${other} is cut in the middle of a sale. Later ${other} cannot be reached for a while and returns, and ${home} is lost permanently. Nothing is sold twice, customers continue with their keys at ${other} within 30 s, and each accepted order that is lost is listed.`,
    findings: [
      ...judgeCut(seen),
      ...judgeOutage({ outage: seen.outage, region: seen.other.platform.region }),
      ...judgeLoss({ loss: seen.loss, visits: seen.customers.visits, lost: seen.home.platform.region }, account),
    ],
    facts: [...cutFacts(seen), ...lossFacts(seen, account)],
    notes: [
      'Each region is an engine of its own, with functions, queues and tables; one partner and one issuer serve both.',
      'Replication imitates global tables: each write is replicated on its own, 0.2 to 1.5 s late, and waits while the network is cut.',
      'The router imitates health checks every 10 s, two of which must fail. On AWS, the time to live of the DNS record adds up to 60 s.',
      'Stranded units were supplied or lent to the lost region, and no surviving record shows that they were sold. They include the units of lost orders.',
      'A unit of a recreated order may be reserved twice, once in each region. It is not sold twice: the partner ships each id once.',
    ],
    charts: charts(seen),
  };
}

function remainsOf({ home, outage, loss, customers }: Seen): Remains {
  const lost = home.platform.region;
  // During the outage it answered with orders of the other region.
  const others = outage.after.filter(({ region }) => region !== lost).flatMap(({ snapshot }) => snapshot.orders);
  const foreign = new Set(others.map(({ orderId }) => orderId));
  const there = accepted(customers.visits).filter(
    ({ region, orderId = '' }) => region === lost && !foreign.has(orderId),
  );
  return {
    lost,
    accepted: there.map(({ orderId = '', answer }) => ({ orderId, acceptedAt: answer?.acceptedAt ?? '' })),
    replica: loss.replica.orders,
    survivor: loss.survivor.snapshot,
    wasHome: true,
    book: loss.book,
  };
}

function cutFacts({ orders, cut, outage }: Seen): DrillResult['facts'] {
  const [first, second] = cut.stock;
  const lent = cut.after.flatMap(({ snapshot }) => snapshot.transfers?.sent ?? []);
  const units = (some: readonly { readonly quantity: number }[]) =>
    some.reduce((sum, { quantity }) => sum + quantity, 0);
  const during = (at: string) => Date.parse(at) >= cut.cutAt && Date.parse(at) < cut.healedAt;
  const refused = cut.after.map(({ snapshot }) => snapshot.orders.filter(({ state }) => state === 'REJECTED'));
  return [
    ['orders', `${orders}`],
    ['length of the cut', `${((cut.healedAt - cut.cutAt) / 1_000).toFixed(0)} s`],
    ['length of the outage', `${((outage.openedAt - outage.closedAt) / 1_000).toFixed(0)} s`],
    ['units lent before the loss, and number of transfers', `${units(lent)}, ${lent.length}`],
    ['unanswered calls between regions', `${cut.unanswered}`],
    [
      'units stranded at the end of the cut, in each region',
      [strandedIn(first, second), strandedIn(second, first)].join(', '),
    ],
    [
      'orders refused during the cut, in each region',
      refused.map((some) => some.filter(({ changedAt }) => during(changedAt)).length).join(', '),
    ],
    ['orders refused before the loss, in each region', refused.map((some) => some.length).join(', ')],
    ['units in transit when both regions were quiet', `${units(underWay(cut.after))}`],
  ];
}

/** Units of products that one region has left while the other has sold out. */
function strandedIn(one: CutSeen['stock'][number] | undefined, other: CutSeen['stock'][number] | undefined): number {
  const left = (stock: typeof one, sku: string) =>
    (stock?.shards ?? []).filter((row) => row.sku === sku).reduce((sum, row) => sum + row.left, 0);
  const skus = new Set((one?.shards ?? []).map(({ sku }) => sku));
  return [...skus].filter((sku) => left(other, sku) === 0).reduce((sum, sku) => sum + left(one, sku), 0);
}

function lossFacts({ loss, customers }: Seen, account: Account): DrillResult['facts'] {
  const { gone, madeAgain, unfinished, shipped, finished, stock } = account;
  const andShipped = (orderId: string) => (shipped.has(orderId) ? ', shipped by the partner' : '');
  const stranded = stock.reduce((sum, { had, sold }) => sum + had - sold, 0);
  const gaveUp = customers.visits.filter(({ status }) => status !== 202);
  const refused = loss.survivor.snapshot.orders.filter(({ state }) => state === 'REJECTED');
  return [
    ['writes of the lost region that were never replicated', `${loss.unsent}`],
    ['accepted orders that were lost (RPO), and recreated', `${gone.length}, ${madeAgain.size}`],
    ['orders in the replica, finished and unfinished', `${finished}, ${unfinished.length}`],
    [
      'units stranded by the loss',
      `${stranded} of ${stock.reduce((sum, { had }) => sum + had, 0)} that the region had`,
    ],
    ['orders refused by the survivor in total', `${refused.length}`],
    ['customers who gave up', `${gaveUp.length}`],
    ...gone.map(({ orderId, acceptedAt }) => {
      const early = ((loss.lostAt - Date.parse(acceptedAt)) / 1_000).toFixed(1);
      const again = madeAgain.has(orderId) ? ', recreated' : '';
      return [`order ${orderId}`, `lost, accepted ${early} s before the loss${again}${andShipped(orderId)}`] as const;
    }),
    ...unfinished.map(
      ({ orderId, state }) => [`order ${orderId}`, `${state} in the replica${andShipped(orderId)}`] as const,
    ),
  ];
}

function charts({ customers, cut, outage, loss, home, other, seconds }: Seen): readonly Chart[] {
  const all = accepted(customers.visits);
  const begunAt = Math.min(...all.map(({ clickedAt }) => clickedAt));
  const slice = Math.max(1, Math.round(seconds / 60));
  const line = ({ platform: { region } }: Scene['home']) => ({
    name: `accepted in ${region}`,
    points: rates(
      customers.visits
        .filter((one) => one.status === 202 && one.region === region)
        .map(({ answeredAt = 0 }) => answeredAt),
      begunAt,
      slice,
    ),
  });
  const since = (at: number) => (at - begunAt) / 1_000;
  const end = Math.max(...all.map(({ answeredAt = 0 }) => answeredAt));
  return [
    {
      title: 'Orders',
      unit: 'orders per second',
      lines: [line(home), line(other)],
      spans: [
        { name: 'the network is cut', from: since(cut.cutAt), to: since(cut.healedAt) },
        {
          name: `${other.platform.region} cannot be reached`,
          from: since(outage.closedAt),
          to: since(outage.openedAt),
        },
        { name: `${home.platform.region} is lost`, from: since(loss.lostAt), to: since(end) },
      ],
    },
  ];
}
