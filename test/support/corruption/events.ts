import { idOfKey } from '../../../scripts/sale/check/rules.ts';
import { type Corruption, changedEvent, type Scene } from './corruptions.ts';
import type { Contents } from './system.ts';

const without = (state: string) => (scene: Scene) => {
  scene.remove('event', scene.event('fulfilled', state));
  return scene.ids.fulfilled;
};

/** Changes the event that confirmed the order, in its content only. */
const confirmed = (change: (event: Contents['event']) => Contents['event']) => (scene: Scene) => {
  const event = scene.event('fulfilled', 'CONFIRMED');
  scene.put('event', change(event), event);
  return scene.ids.fulfilled;
};

/** Appends an event to a final order, and updates its row to match. */
const appended =
  (role: 'fulfilled' | 'rejected', type: Contents['event']['type'], state: Contents['event']['order']['state']) =>
  (scene: Scene) => {
    const order = scene.order(role);
    const version = order.version + 1;
    const [last] = scene.events(role).slice(-1);
    if (last) scene.put('event', { ...changedEvent(last, { state, version }), type });
    scene.change('order', order, { state, version });
    return order.orderId;
  };

export const eventCorruptions: readonly Corruption[] = [
  { name: 'a first event that is gone', breaks: 'I10', apply: without('CONFIRMED') },
  { name: 'an event in the middle that is gone', breaks: 'I10', apply: without('FULFILLING') },
  { name: 'a last event that is gone', breaks: 'I10', apply: without('FULFILLED') },
  {
    name: 'no events at all',
    breaks: 'I10',
    apply(scene) {
      for (const event of scene.events('rejected')) scene.remove('event', event);
      return scene.ids.rejected;
    },
  },
  {
    name: 'an event twice, under the next version',
    breaks: 'I10',
    apply: appended('fulfilled', 'OrderFulfilled', 'FULFILLED'),
  },
  {
    name: 'an event after the end',
    breaks: 'I10',
    apply: appended('rejected', 'OrderCancelled', 'CANCELLED'),
  },
  {
    name: 'a second confirmation',
    breaks: 'I2',
    apply: appended('fulfilled', 'OrderConfirmed', 'CONFIRMED'),
  },
  {
    name: 'events in another order',
    breaks: 'I10',
    apply(scene) {
      const [first, second] = [scene.event('fulfilled', 'CONFIRMED'), scene.event('fulfilled', 'FULFILLING')];
      scene.put('event', changedEvent(second, { version: first.order.version }), first);
      scene.put('event', changedEvent(first, { version: second.order.version }), second);
      return scene.ids.fulfilled;
    },
  },
  {
    name: 'an event of an order that does not exist',
    breaks: 'I10',
    apply(scene) {
      const orderId = idOfKey('nobody', 'key-of-nobody');
      scene.put('event', changedEvent(scene.event('fulfilled', 'CONFIRMED'), { orderId }));
      return orderId;
    },
  },
  {
    name: 'a type that is not of its state',
    breaks: 'I10',
    apply: confirmed((event) => ({ ...event, type: 'OrderRejected' })),
  },
  {
    name: 'a state in one event',
    breaks: 'I10',
    apply: confirmed((event) => changedEvent(event, { state: 'REJECTED' })),
  },
  { name: 'a price in one event', breaks: 'I10', apply: confirmed((event) => changedEvent(event, { unitPrice: 1 })) },
  {
    name: 'a customer in one event',
    breaks: 'I10',
    apply: confirmed((event) => changedEvent(event, { customer: 'bob' })),
  },
  { name: 'a quantity in one event', breaks: 'I10', apply: confirmed((event) => changedEvent(event, { quantity: 1 })) },
  {
    name: 'an acceptance time in one event',
    breaks: 'I10',
    apply: confirmed((event) => changedEvent(event, { acceptedAt: '2026-11-27T08:00:00.000Z' })),
  },
  {
    name: 'another shard in one event',
    breaks: 'I10',
    apply: confirmed((event) => changedEvent(event, { allocation: [{ shard: 3, quantity: 1 }] })),
  },
  {
    name: 'a shard named twice',
    breaks: 'I10',
    apply(scene) {
      const allocation = [0, 0].map((shard) => ({ shard, quantity: 1 }));
      scene.changeThroughout('fulfilled', { allocation });
      return scene.ids.fulfilled;
    },
  },
  {
    name: 'a shard beyond the product',
    breaks: 'I10',
    apply(scene) {
      scene.changeThroughout('fulfilled', { allocation: [{ shard: 4, quantity: 2 }] });
      return scene.ids.fulfilled;
    },
  },
  {
    name: "another order's event under its key",
    breaks: 'I10',
    only: ['single partitions', 'DynamoDB', 'Firestore'],
    apply(scene) {
      scene.put('event', scene.event('other', 'CONFIRMED'), scene.event('fulfilled', 'CONFIRMED'));
      return scene.ids.fulfilled;
    },
  },
  {
    name: 'an event that never reached the bus',
    breaks: 'I3',
    apply(scene) {
      const lost = scene.event('fulfilled', 'FULFILLED').order;
      scene.published = scene.published.filter(
        ({ order }) => order.orderId !== lost.orderId || order.version !== lost.version,
      );
      return lost.orderId;
    },
  },
  {
    name: 'a price on the bus that is not stored',
    breaks: 'I10',
    apply(scene) {
      scene.published = [...scene.published, changedEvent(scene.event('fulfilled', 'FULFILLED'), { unitPrice: 1 })];
      return scene.ids.fulfilled;
    },
  },
];
