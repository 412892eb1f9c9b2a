import { describe, expect, it } from 'vitest';
import { accountForLoss, type Remains } from '../../../../../scripts/lab/drill/region/account.ts';
import { judgeCut } from '../../../../../scripts/lab/drill/region/judge-cut.ts';
import { judgeLoss } from '../../../../../scripts/lab/drill/region/judge-loss.ts';
import type { CutSeen, LossSeen } from '../../../../../scripts/lab/drill/region/scene.ts';
import type { RegionSnapshot } from '../../../../../scripts/sale/check/region-checks.ts';
import type { Snapshot } from '../../../../../scripts/sale/check/snapshot.ts';
import { goodScene, home, lostAt, other } from './scene.ts';

/** Nothing below changes it in place. */
const scene = goodScene();
type Good = Awaited<typeof scene>;

/** Home's customers go on at the other region: one repeats a key, one orders for the first time. */
async function lostScene(): Promise<Good> {
  const good = await scene;
  const { survivor } = good.loss;
  const [first] = good.visits;
  const made = good.visits.findLast((one) => one.region === other);
  if (!first || !made) throw new Error('there are no visits');
  const visits = [
    ...good.visits.filter((one) => one !== made),
    { ...made, home, clickedAt: lostAt + 1_000, answeredAt: lostAt + 12_000 },
    { ...first, region: other, answeredAt: lostAt + 13_000 },
  ];
  return { ...good, visits, loss: { ...good.loss, survivor } };
}

const remainsOf = ({ loss, visits }: Good): Remains => ({
  lost: home,
  accepted: visits
    .filter(({ region }) => region === home)
    .map(({ orderId = '', answer }) => ({ orderId, acceptedAt: answer?.acceptedAt ?? '' })),
  replica: loss.replica.orders,
  survivor: loss.survivor.snapshot,
  wasHome: true,
  book: loss.book,
});

const failed = (findings: readonly { what: string; holds: boolean }[]) =>
  findings.filter(({ holds }) => !holds).map(({ what }) => what);

const judgeBoth = (good: Good) =>
  judgeLoss({ loss: good.loss, visits: good.visits, lost: home }, accountForLoss(remainsOf(good)));

const inRegion = (place: number, change: (snapshot: Snapshot) => Partial<Snapshot>) => (cut: CutSeen) => ({
  after: cut.after.map((one, index): RegionSnapshot => {
    return index === place ? { ...one, snapshot: { ...one.snapshot, ...change(one.snapshot) } } : one;
  }),
});

const transfers = (
  change: (all: NonNullable<Snapshot['transfers']>) => Partial<NonNullable<Snapshot['transfers']>>,
) => {
  return ({ transfers: all = { sent: [], received: [], open: [] } }: Snapshot) => ({
    transfers: { ...all, ...change(all) },
  });
};

describe('the judge of a cut', () => {
  it('finds nothing wrong in a good sale', async () => {
    expect(failed(judgeCut(await scene))).toEqual([]);
  });

  const spoiled: [string, RegExp, (cut: CutSeen) => Partial<CutSeen>][] = [
    [
      'a unit too many in a region',
      /I4/,
      inRegion(0, ({ shards }) => ({ shards: shards.map((s) => ({ ...s, left: s.left + 1 })) })),
    ],
    [
      'units that arrived and are not on a shard',
      /I4/,
      inRegion(
        1,
        transfers(({ received }) => ({ received: [...received, ...received.map((one) => ({ ...one, id: 'more' }))] })),
      ),
    ],
    [
      'a refusal while the region had units',
      /I7/,
      inRegion(0, ({ shards }) => ({
        shards: shards.map((s) => ({ ...s, left: s.left + 1, allocated: s.allocated + 1 })),
      })),
    ],
    ['an order that the partner never got', /I8/, inRegion(1, () => ({ book: [] }))],
    [
      'an order of another customer that was shown',
      /I6/,
      ({ foreign }) => ({ foreign: foreign.map((one) => ({ ...one, foreignAnswers: ['GET gave 200'] })) }),
    ],
    ['no try to see other orders', /I6/, () => ({ foreign: [] })],
    [
      'an order that both regions have',
      /^R2/,
      (cut) =>
        inRegion(1, ({ orders }) => ({ orders: [...orders, ...(cut.after[0]?.snapshot.orders.slice(0, 1) ?? [])] }))(
          cut,
        ),
    ],
    [
      'more sold by both than was supplied',
      /^R1/,
      inRegion(0, ({ products }) => ({ products: products.map((one) => ({ ...one, supplied: 7 })) })),
    ],
    [
      'a transfer that arrived nowhere and is not open',
      /^R3/,
      inRegion(
        1,
        transfers(() => ({ received: [] })),
      ),
    ],
    [
      'a transfer that arrived and left nowhere',
      /^R3/,
      inRegion(
        0,
        transfers(() => ({ sent: [] })),
      ),
    ],
    [
      'a transfer that changed on its way',
      /^R3/,
      inRegion(
        1,
        transfers(({ received }) => ({ received: received.map((one) => ({ ...one, quantity: 3 })) })),
      ),
    ],
    [
      'a transfer recorded in another region',
      /^R3/,
      inRegion(
        0,
        transfers(({ sent }) => ({ sent: sent.map((one) => ({ ...one, from: other })) })),
      ),
    ],
    [
      'a unit that is in no region',
      /^R4/,
      inRegion(1, ({ shards }) => ({ shards: shards.map((s) => ({ ...s, allocated: s.allocated - 1 })) })),
    ],
    [
      'a list of open transfers with one that never left',
      /I4/,
      inRegion(
        0,
        transfers(() => ({ open: [{ sku: 'lamp', id: 'ghost', to: other }] })),
      ),
    ],
    [
      'a replica that differs',
      /^rows of replicas/,
      () => ({ differences: ['eu-west-1: 7 orders, and 6 in the replica'] }),
    ],
    ['views of which one region is missing', /^APIs whose merged views/, () => ({ told: [8, 4] })],
    ['no transfer before the cut', /^transfers before/, ({ healedAt }) => ({ cutAt: healedAt - 1_000_000 })],
    ['no transfer after the cut', /^transfers after/, ({ healedAt }) => ({ healedAt: healedAt + 10_000 })],
    ['a cut that nobody noticed', /^calls between regions/, () => ({ unanswered: 0 })],
    [
      'a region without orders during the cut',
      /^orders accepted by eu-west-1/,
      ({ visits }) => ({ visits: visits.map((one) => ({ ...one, ...(one.region === home && { answeredAt: 0 }) })) }),
    ],
    [
      'a refusal while the other region had units',
      /^orders refused outside/,
      inRegion(1, ({ shards }) => ({ shards: shards.map((s) => ({ ...s, left: 1 })) })),
    ],
    [
      'a dead letter',
      /^eu-west-1: orders among the dead letters/,
      inRegion(0, () => ({ deadLetters: [{ step: 'settlement', body: '{}' }] })),
    ],
    [
      'units that the operator is told to be stranded',
      /^products that npm run regions/,
      ({ operator }) => ({ operator: { ...operator, products: [{ sku: 'lamp', stranded: 1 }] } }),
    ],
    ['a command that fails', /^products that npm run regions/, () => ({ operator: { code: 1, trouble: 'no table' } })],
  ];

  it.each(spoiled)('finds %s', async (_what, expected, spoil) => {
    const { cut } = await scene;
    expect(failed(judgeCut({ cut: { ...cut, ...spoil(cut) } }))).toContainEqual(expect.stringMatching(expected));
  });
});

describe('the judge of a loss', () => {
  it('finds nothing wrong when customers go on at the survivor', async () => {
    expect(failed(judgeBoth(await lostScene()))).toEqual([]);
  });

  const late = (by: number) => (good: Good) => ({
    visits: good.visits.map((one) => ({ ...one, ...((one.answeredAt ?? 0) >= lostAt && { answeredAt: lostAt + by }) })),
  });
  const inLoss = (change: (loss: LossSeen, good: Good) => Partial<LossSeen>) => (good: Good) => ({
    loss: { ...good.loss, ...change(good.loss, good) },
  });
  const spoiled: [string, RegExp, (good: Good) => Partial<Good>][] = [
    ['customers who wait for 31 s', /^RTO/, late(31_000)],
    [
      'customers who never get an order',
      /^RTO/,
      (good) => ({ visits: good.visits.filter(({ answeredAt = 0 }) => answeredAt < lostAt) }),
    ],
    [
      'an order that was gone although it was old',
      /^RPO/,
      inLoss(({ replica }) => ({ replica: { orders: replica.orders.slice(1) }, lostAt: lostAt + 10_000 })),
    ],
    [
      'more sold than supplied',
      /^products oversold/,
      inLoss(({ survivor }) => ({
        survivor: {
          ...survivor,
          snapshot: {
            ...survivor.snapshot,
            products: survivor.snapshot.products.map((one) => ({ ...one, supplied: 7 })),
          },
        },
      })),
    ],
    [
      'an order shipped that no store knows, beyond what the region had',
      /^products of which/,
      inLoss(({ book }) => ({ book: [...book, { orderId: 'ghost', sku: 'lamp', quantity: 9, state: 'accepted' }] })),
    ],
    [
      'an order live in both regions',
      /^keys with two live orders/,
      inLoss(({ survivor, replica }) => ({
        survivor: {
          ...survivor,
          snapshot: { ...survivor.snapshot, orders: [...survivor.snapshot.orders, ...replica.orders.slice(0, 1)] },
        },
      })),
    ],
    [
      'an order shipped twice',
      /^orders that the partner shipped twice/,
      inLoss(({ book }) => ({ book: [...book, ...book.slice(0, 1)] })),
    ],
    ['an id with another content', /^orders that the partner got/, inLoss(() => ({ conflicting: 1 }))],
    [
      'a key that got another order',
      /^repeated keys/,
      (good) => ({
        visits: good.visits.map((one, index, all) => ({
          ...one,
          ...(index === all.length - 1 && { orderId: 'another' }),
        })),
      }),
    ],
    ['no key that was repeated', /^keys repeated/, (good) => ({ visits: good.visits.slice(0, -1) })],
    [
      'an order that cannot be read',
      /^reads and cancels/,
      inLoss(() => ({ answers: { asked: 2, wrong: ['GET got 404'] } })),
    ],
    ['nothing read', /^reads and cancels/, inLoss(() => ({ answers: { asked: 0, wrong: [] } }))],
    [
      'a post refused for good',
      /^valid posts/,
      (good) => ({ visits: good.visits.map((one, index) => ({ ...one, ...(index === 0 && { status: 400 }) })) }),
    ],
    [
      'a customer who gave up',
      /^customers of the lost region/,
      (good) => ({
        visits: good.visits.map((one) => ({ ...one, ...(one.answeredAt === lostAt + 13_000 && { status: 503 }) })),
      }),
    ],
    [
      'a survivor with a unit too many',
      /I4/,
      inLoss(({ survivor }) => ({
        survivor: {
          ...survivor,
          snapshot: { ...survivor.snapshot, shards: survivor.snapshot.shards.map((s) => ({ ...s, left: s.left + 1 })) },
        },
      })),
    ],
    [
      'a survivor that refuses nobody',
      /^orders refused by the survivor/,
      inLoss(({ survivor }) => ({
        survivor: {
          ...survivor,
          snapshot: {
            ...survivor.snapshot,
            orders: survivor.snapshot.orders.filter(({ state }) => state !== 'REJECTED'),
          },
        },
      })),
    ],
    [
      'an operator who is told of other stranded units',
      /^products and orders that npm run regions/,
      inLoss(({ operator }) => ({ operator: { ...operator, products: [{ sku: 'lamp', stranded: 1 }] } })),
    ],
    [
      'an operator who is not told of an unfinished order',
      /^products and orders that npm run regions/,
      inLoss(({ replica }) => ({
        replica: {
          orders: replica.orders.map((one, index) => ({ ...one, ...(index === 0 && { state: 'CONFIRMED' }) })),
        },
      })),
    ],
    [
      'an operator who is not told of the loss',
      /^products and orders that npm run regions/,
      inLoss(({ operator }) => ({ operator: { ...operator, code: 0, lost: [] } })),
    ],
  ];

  it.each(spoiled)('finds %s', async (_what, expected, spoil) => {
    const good = await lostScene();
    expect(failed(judgeBoth({ ...good, ...spoil(good) }))).toContainEqual(expect.stringMatching(expected));
  });
});
