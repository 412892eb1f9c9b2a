import { describe, expect, it } from 'vitest';
import { accountForLoss, type Remains } from '../../../../../scripts/lab/drill/region/account.ts';
import { judgeLoss } from '../../../../../scripts/lab/drill/region/judge-loss.ts';
import type { LossSeen } from '../../../../../scripts/lab/drill/region/scene.ts';
import { failed, goodScene, home, lostAt, other } from './scene.ts';

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

const judgeBoth = (good: Good) =>
  judgeLoss({ loss: good.loss, visits: good.visits, lost: home }, accountForLoss(remainsOf(good)));

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
      /^products where the lost region/,
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
    ['an id with another content', /^orders that the partner received/, inLoss(() => ({ conflicting: 1 }))],
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
      'a post refused permanently',
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
