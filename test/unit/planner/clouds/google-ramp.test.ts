import { expect, test } from 'vitest';
import { model } from '../../../../scripts/planner/clouds/google/model.ts';
import { Meters } from '../../../../scripts/planner/clouds/meters.ts';
import { Tracker } from '../../../../scripts/planner/model/tracker.ts';
import { loadSmall } from '../small.ts';

test('a collection of Firestore bears 500 operations a second, and half more each five minutes', async () => {
  // https://cloud.google.com/firestore/docs/best-practices: the rule 500/50/5.
  const { elsewhere, profile, stage } = await loadSmall(100, 10, 'prod', 'google');
  if (!elsewhere) throw new Error('Google is another cloud');
  const { constants, calibration } = elsewhere;
  const { meters: rules } = model.rules({ stage, shop: profile.shop, shards: 1, constants });
  const { writes = 0, reads = 0 } = calibration.steps.placeOrder.perOrder.stores.orders ?? {};
  const meters = new Meters(rules, calibration, new Map());
  const limits = Array.from({ length: 902 }, (_, second) => {
    const seen = new Tracker();
    meters.begin(1);
    meters.use('placeOrder', (second < 302 ? 500 : 750) / (writes + reads));
    meters.endStep(seen, second, 1);
    return Math.round(seen.elements.get('firestore.orders')?.limit ?? 0);
  });
  expect([0, 250, 310, 550, 620].map((second) => limits[second])).toEqual([500, 500, 750, 750, 1_125]);
});
