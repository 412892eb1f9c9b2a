import type { StoredOrder } from '../../../scripts/sale/check/snapshot.ts';
import { type Corruption, found, type Scene } from './corruptions.ts';
import type { Role } from './sale.ts';
import type { Contents } from './system.ts';

/** The vases of Ada: two fulfilled and one more; three were cancelled, and one was above the limit of six. */
const ofAda: readonly Role[] = ['fulfilled', 'other', 'cancelled', 'overLimit'];

const holdingOf = (scene: Scene, customer: string) =>
  found(scene.stores.holdings.find((one) => one.sku === 'vase' && one.customer === customer));

const units = (by: number, customer: string) => (scene: Scene) => {
  const holding = holdingOf(scene, customer);
  scene.change('holding', holding, { units: holding.units + by });
  return `vase of ${customer}`;
};

const throughout =
  (role: Role, fields: Partial<StoredOrder>, subject: (orderId: string) => string) => (scene: Scene) => {
    scene.changeThroughout(role, fields);
    return subject(scene.ids[role]);
  };

/** Changes the limit everywhere: in the product, its answers, and the orders that were accepted under it. */
function changeLimit(scene: Scene, limitPerCustomer: number): void {
  const product = scene.product('vase');
  scene.change('product', product, { limitPerCustomer });
  scene.clients = { ...scene.clients, put: [...(scene.clients.put ?? []), { ...product, limitPerCustomer }] };
  for (const role of ofAda) scene.changeThroughout(role, { limitPerCustomer });
}

function forgetLimit(scene: Scene): string {
  const holding = holdingOf(scene, 'ada');
  scene.changeThroughout('other', { limitPerCustomer: undefined, held: undefined });
  scene.change('holding', holding, { units: holding.units - 1 });
  return `${scene.ids.other} has the limit undefined`;
}

function lie(fields: Partial<Contents['holding']>) {
  return (scene: Scene): string => {
    const holding = holdingOf(scene, 'ada');
    scene.put('holding', { ...holding, ...fields }, holding);
    return 'vase';
  };
}

const stored = ['single partitions', 'DynamoDB', 'Firestore'] as const;

export const holdingCorruptions: readonly Corruption[] = [
  { name: 'a holding of a unit too many', breaks: 'I11', apply: units(1, 'ada') },
  { name: 'a holding of a unit too few', breaks: 'I11', apply: units(-1, 'ada') },
  {
    name: 'two holdings that are wrong by +1 and -1',
    breaks: 'I11',
    apply(scene) {
      units(-1, 'dan')(scene);
      return units(1, 'ada')(scene);
    },
  },
  {
    name: 'a holding that is gone',
    breaks: 'I11',
    apply(scene) {
      scene.remove('holding', holdingOf(scene, 'ada'));
      return 'vase of ada: the holding has 0 units';
    },
  },
  {
    name: 'a holding of nobody',
    breaks: 'I11',
    apply(scene) {
      scene.put('holding', { sku: 'lamp', customer: 'noone', units: 1 });
      return 'lamp of noone';
    },
  },
  {
    name: 'a customer who holds more than the limit',
    breaks: 'I11',
    apply(scene) {
      changeLimit(scene, 2);
      return 'vase of ada: holds 3 units, its limit is 2';
    },
  },
  {
    name: 'an order of more than its limit',
    breaks: 'I11',
    apply: throughout('cancelled', { limitPerCustomer: 2 }, (id) => `${id} asks for 3 of 2`),
  },
  {
    name: 'a rejection by a limit that was not reached',
    breaks: 'I11',
    apply(scene) {
      changeLimit(scene, 7);
      return `${scene.ids.overLimit} of 1 was rejected by its limit of 7, but its customer held at most 6`;
    },
  },
  {
    name: 'a rejection by a limit, with no order before it',
    breaks: 'I11',
    apply: throughout(
      'stuck',
      { reason: 'LIMIT_REACHED', state: 'REJECTED' },
      (id) => `${id} of 1 was rejected by its`,
    ),
  },
  {
    name: 'a rejection by the limit of an order that has none',
    breaks: 'I11',
    apply: throughout('rejected', { reason: 'LIMIT_REACHED' }, (id) => `${id} has no limit`),
  },
  {
    name: 'a rejection for want of stock although there was stock',
    breaks: 'I7',
    apply: throughout('overLimit', { reason: 'SOLD_OUT' }, (id) => id),
  },
  {
    name: 'a confirmed order that counts for no holding',
    breaks: 'I11',
    apply: throughout('other', { held: undefined }, (id) => `${id} is not marked as held`),
  },
  {
    name: 'an order without a limit that counts for a holding',
    breaks: 'I11',
    apply: throughout('split', { held: true }, (id) => `${id} is marked as held`),
  },
  {
    name: 'a confirmed order with a reason',
    breaks: 'I11',
    apply: throughout('fulfilled', { reason: 'SOLD_OUT' }, (id) => `${id} is FULFILLED, and names SOLD_OUT`),
  },
  {
    name: 'a limit that its product never had',
    breaks: 'I11',
    apply: throughout('stuck', { limitPerCustomer: 5 }, (id) => `${id} has the limit 5`),
  },
  { name: 'an order that forgot its limit, everywhere', breaks: 'I11', apply: forgetLimit },
  {
    name: 'a row with another reason than its event',
    breaks: 'I10',
    apply(scene) {
      scene.change('order', scene.order('overLimit'), { reason: 'SOLD_OUT' });
      return scene.ids.overLimit;
    },
  },
  {
    name: 'a row that is not held, although its event says so',
    breaks: 'I10',
    apply(scene) {
      scene.change('order', scene.order('other'), { held: undefined });
      return scene.ids.other;
    },
  },
  {
    name: "an event with another limit than its order's",
    breaks: 'I10',
    apply(scene) {
      const event = scene.event('other', 'CONFIRMED');
      scene.put('event', { ...event, order: { ...event.order, limitPerCustomer: 9 } });
      return scene.ids.other;
    },
  },
  { name: 'a holding under the key of another customer', breaks: 'I10', only: stored, apply: lie({ customer: 'bob' }) },
  { name: 'a holding under the key of another product', breaks: 'I10', only: stored, apply: lie({ sku: 'lamp' }) },
];
