import { describe, expect, it } from 'vitest';
import { judgeOutage } from '../../../../../scripts/lab/drill/region/judge-outage.ts';
import type { OutageSeen } from '../../../../../scripts/lab/drill/region/scene.ts';
import { failed, goodScene, home, other } from './scene.ts';

/** Nothing below changes it in place. */
const scene = goodScene();

const visits =
  (change: (visit: OutageSeen['visits'][number], outage: OutageSeen) => object | undefined) =>
  (outage: OutageSeen) => ({
    visits: outage.visits.flatMap((visit) => {
      const changed = change(visit, outage);
      return changed ? [{ ...visit, ...changed }] : [];
    }),
  });

const isMoved = ({ home: own, region }: OutageSeen['visits'][number]) => own === other && region === home;

describe('the judge of a region that returns', () => {
  it('finds nothing wrong in a good sale', async () => {
    expect(failed(judgeOutage({ outage: (await scene).outage, region: other }))).toEqual([]);
  });

  const spoiled: [string, RegExp, (outage: OutageSeen) => Partial<OutageSeen>][] = [
    [
      'an order that both regions have',
      /R2/,
      ({ after }) => ({
        after: after.map((one, place) => {
          const more = place === 1 ? (after[0]?.snapshot.orders.slice(0, 1) ?? []) : [];
          return { ...one, snapshot: { ...one.snapshot, orders: [...one.snapshot.orders, ...more] } };
        }),
      }),
    ],
    ['a replica that differs', /replicas/, () => ({ differences: ['orders differ'] })],
    ['an API that counts wrong', /merged views/, () => ({ told: [8, 7] })],
    [
      'customers that were moved too late',
      /from the failure/,
      visits((visit, { closedAt }) => (isMoved(visit) ? { answeredAt: closedAt + 31_000 } : {})),
    ],
    ['customers that were never moved', /from the failure/, visits((visit) => (isMoved(visit) ? undefined : {}))],
    [
      'no repeated order',
      /repeated elsewhere/,
      visits((visit) => (isMoved(visit) ? { orderId: 'another-order' } : {})),
    ],
    [
      'a region that accepts nothing after its return',
      /from the return/,
      visits((visit, { openedAt }) =>
        visit.region === other && (visit.answeredAt ?? 0) >= openedAt ? { answeredAt: openedAt - 1_000 } : {},
      ),
    ],
    [
      'a customer who gave up',
      /were served/,
      visits((visit, { openedAt }) =>
        visit.home === other && (visit.answeredAt ?? 0) >= openedAt ? { status: 503 } : {},
      ),
    ],
    [
      'an accepted order that no region has',
      /I3/,
      ({ after }) => ({
        after: after.map((one, place) =>
          place === 1 ? { ...one, snapshot: { ...one.snapshot, orders: one.snapshot.orders.slice(1) } } : one,
        ),
      }),
    ],
  ];
  it.each(spoiled)('finds %s', async (_, expected, spoil) => {
    const { outage } = await scene;
    expect(failed(judgeOutage({ outage: { ...outage, ...spoil(outage) }, region: other })).join('\n')).toMatch(
      expected,
    );
  });
});
