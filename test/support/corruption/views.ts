import { counterNames, idOfKey } from '../../../scripts/sale/check/rules.ts';
import type { Corruption, Scene } from './corruptions.ts';
import type { Contents } from './system.ts';

const guard = (fields: (guard: Contents['guard']) => Partial<Contents['guard']>) => (scene: Scene) => {
  const row = scene.guard('fulfilled');
  scene.change('guard', row, fields(row));
  return row.orderId;
};

const counter =
  (isTotal: boolean, fields: (row: Contents['counter']) => Partial<Contents['counter']>) => (scene: Scene) => {
    const row = scene.counter('fulfilled', isTotal);
    scene.change('counter', row, fields(row));
    return row.sku;
  };

/** Stores the counter row under another key. */
const moved =
  (isTotal: boolean, place: (row: Contents['counter']) => Partial<Contents['counter']>) => (scene: Scene) => {
    const row = scene.counter('fulfilled', isTotal);
    scene.remove('counter', row);
    scene.put('counter', { ...row, ...place(row) });
    return row.sku;
  };

export const viewCorruptions: readonly Corruption[] = [
  { name: 'a guard in another state', breaks: 'I5', apply: guard(() => ({ state: 'CONFIRMED' })) },
  { name: 'a guard at another version', breaks: 'I5', apply: guard(({ version }) => ({ version: version - 1 })) },
  { name: 'a guard with another price', breaks: 'I5', apply: guard(() => ({ unitPrice: 1 })) },
  { name: 'a guard with another quantity', breaks: 'I5', apply: guard(() => ({ quantity: 1 })) },
  { name: 'a guard of another product', breaks: 'I5', apply: guard(() => ({ sku: 'lamp' })) },
  {
    name: 'a guard of another minute',
    breaks: 'I5',
    apply: guard(() => ({ acceptedAt: '2026-11-27T08:00:00.000Z' })),
  },
  {
    name: 'a guard of another trace',
    breaks: 'I5',
    apply: guard(() => ({ traceparent: '00-00000000000000000000000000000001-b7ad6b7169203331-01' })),
  },
  {
    name: 'a guard that is gone',
    breaks: 'I5',
    apply(scene) {
      scene.remove('guard', scene.guard('fulfilled'));
      return scene.ids.fulfilled;
    },
  },
  {
    name: 'a guard of no order',
    breaks: 'I5',
    apply(scene) {
      const orderId = idOfKey('nobody', 'key-of-nobody');
      scene.put('guard', { ...scene.guard('fulfilled'), orderId });
      return orderId;
    },
  },
  {
    name: "another order's guard under its key",
    breaks: 'I5',
    apply(scene) {
      scene.put('guard', scene.guard('other'), scene.guard('fulfilled'));
      return scene.ids.fulfilled;
    },
  },
  ...counterNames.flatMap((name): Corruption[] => [
    {
      name: `a total of ${name} that is too high`,
      breaks: 'I5',
      apply: counter(true, (row) => ({ [name]: row[name] + 1 })),
    },
    {
      name: `a minute of ${name} that is too low`,
      breaks: 'I5',
      apply: counter(false, (row) => ({ [name]: row[name] - 1 })),
    },
  ]),
  {
    name: 'two slots of a counter that are wrong by +1 and -1',
    breaks: 'I5',
    apply(scene) {
      const row = scene.counter('fulfilled');
      const other = scene.stores.sales.find(
        (one) => one.sku === row.sku && one.period === 'TOTAL' && one.slot !== row.slot,
      );
      scene.change('counter', row, { confirmedOrders: row.confirmedOrders + 1 });
      if (other) scene.change('counter', other, { confirmedOrders: other.confirmedOrders - 1 });
      return row.sku;
    },
  },
  { name: 'a total that is gone', breaks: 'I5', apply: (scene) => lose(scene, true) },
  { name: 'a minute that is gone', breaks: 'I5', apply: (scene) => lose(scene, false) },
  { name: 'a total in another slot', breaks: 'I5', apply: moved(true, ({ slot }) => ({ slot: (slot + 1) % 8 })) },
  { name: 'counters of another minute', breaks: 'I5', apply: moved(false, () => ({ period: '2026-11-27T08:59' })) },
  {
    name: 'counters of a product without orders',
    breaks: 'I5',
    apply(scene) {
      scene.put('counter', { ...scene.counter('fulfilled'), sku: 'ghost' });
      return 'ghost';
    },
  },
  {
    name: 'a minute without orders, all zeros',
    breaks: 'I5',
    apply(scene) {
      const zeros = Object.fromEntries(counterNames.map((name) => [name, 0]));
      scene.put('counter', { ...scene.counter('fulfilled', false), ...zeros, period: '2026-11-27T12:00' });
      return '2026-11-27T12:00';
    },
  },
  {
    name: 'a minute that expires too early',
    breaks: 'I5',
    only: ['DynamoDB', 'Firestore'],
    apply: counter(false, () => ({ expiresAt: 1_795_000_000 })),
  },
  {
    name: 'a total that expires',
    breaks: 'I5',
    only: ['DynamoDB'],
    apply: counter(true, () => ({ expiresAt: 1_795_000_000 })),
  },
];

function lose(scene: Scene, isTotal: boolean): string {
  const row = scene.counter('fulfilled', isTotal);
  scene.remove('counter', row);
  return row.sku;
}
