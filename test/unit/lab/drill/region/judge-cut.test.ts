import { describe, expect, it } from 'vitest';
import { judgeCut } from '../../../../../scripts/lab/drill/region/judge-cut.ts';
import type { CutSeen } from '../../../../../scripts/lab/drill/region/scene.ts';
import type { RegionSnapshot } from '../../../../../scripts/sale/check/region-checks.ts';
import type { Snapshot } from '../../../../../scripts/sale/check/snapshot.ts';
import { failed, goodScene, home, other } from './scene.ts';

/** Nothing below changes it in place. */
const scene = goodScene();

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
    [
      'an order that a region accepted and only the other one has',
      new RegExp(`${home}: I3`),
      (cut) => {
        const [moved] = cut.after[0]?.snapshot.orders ?? [];
        const without = inRegion(0, ({ orders }) => ({ orders: orders.slice(1) }))(cut);
        return inRegion(1, ({ orders }) => ({ orders: moved ? [...orders, moved] : orders }))({ ...cut, ...without });
      },
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
      'a transfer that arrived twice',
      /^R3/,
      inRegion(
        1,
        transfers(({ received }) => ({ received: [...received, ...received] })),
      ),
    ],
    [
      'a transfer that arrived in the region that sent it',
      /^R3/,
      inRegion(
        0,
        transfers(({ sent }) => ({ received: sent })),
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
      () => ({ differences: ['eu-west-1: orders differ: 7 in the region, 6 in its replica'] }),
    ],
    ['views of which one region is missing', /^APIs whose merged views/, () => ({ told: [8, 4] })],
    ['no transfer before the cut', /^transfers before/, ({ healedAt }) => ({ cutAt: healedAt - 1_000_000 })],
    ['no transfer after the cut', /^transfers after/, ({ healedAt }) => ({ healedAt: healedAt + 10_000 })],
    ['a cut without an effect', /^calls between regions/, () => ({ unanswered: 0 })],
    [
      'a region without orders during the cut',
      /^orders accepted by eu-west-1/,
      ({ visits }) => ({ visits: visits.map((one) => ({ ...one, ...(one.region === home && { answeredAt: 0 }) })) }),
    ],
    [
      'a refusal while the other region had units',
      /^orders refused although/,
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

  it.each<[string, (cut: CutSeen, refusedMs: number) => Partial<CutSeen>]>([
    ['just after a question without an answer', (_, at) => ({ unreachable: [[at], [at]] })],
    [
      'while units were under way',
      (cut, at) =>
        inRegion(
          0,
          transfers(({ sent }) => ({ sent: sent.map((one) => ({ ...one, at: new Date(at).toISOString() })) })),
        )(cut),
    ],
    ['while the regions were cut off', (_, at) => ({ cutAt: at - 5_000, healedAt: at + 5_000 })],
  ])('does not count a refusal %s', async (_what, change) => {
    const { cut } = await scene;
    const findings = judgeCut({ cut: { ...cut, ...change(cut, firstRefusal(cut)) } });
    expect(findings.find(({ what }) => /^orders refused although/.test(what))?.measured).toBe('0 checked');
  });
});

/** Epoch milliseconds of the first refusal. */
function firstRefusal({ after }: CutSeen): number {
  const refused = after.flatMap(({ snapshot }) => snapshot.orders).find(({ state }) => state === 'REJECTED');
  return Date.parse(refused?.changedAt ?? '');
}
