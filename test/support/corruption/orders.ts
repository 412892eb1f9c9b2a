import { idOfKey } from '../../../scripts/sale/check/rules.ts';
import type { StoredOrder } from '../../../scripts/sale/check/snapshot.ts';
import { type Corruption, changedEvent, type Scene } from './corruptions.ts';
import type { Role } from './sale.ts';

const unknownId = idOfKey('nobody', 'key-of-nobody');

const inRow =
  (role: Role, fields: (order: StoredOrder) => Partial<StoredOrder>) =>
  (scene: Scene): string => {
    const order = scene.order(role);
    scene.change('order', order, fields(order));
    return order.orderId;
  };

const throughout = (fields: Partial<StoredOrder>) => (scene: Scene) => {
  scene.changeThroughout('fulfilled', fields);
  return scene.ids.fulfilled;
};

/** The same order again, under an id that ends alike, so that the same counters count it. */
function doubleOrder(scene: Scene): string {
  const order = scene.order('fulfilled');
  const orderId = `${unknownId.slice(0, -8)}${order.orderId.slice(-8)}`;
  scene.put('order', { ...order, orderId });
  for (const event of scene.events('fulfilled')) {
    const copy = changedEvent(event, { orderId });
    scene.put('event', copy);
    scene.published = [...scene.published, copy];
  }
  scene.put('guard', { ...scene.guard('fulfilled'), orderId });
  for (const isTotal of [true, false]) {
    const row = scene.counter('fulfilled', isTotal);
    scene.change('counter', row, {
      confirmedOrders: row.confirmedOrders + 1,
      fulfilledOrders: row.fulfilledOrders + 1,
      reservedUnits: row.reservedUnits + order.quantity,
      revenue: row.revenue + order.quantity * order.unitPrice,
    });
  }
  for (const { shard: number, quantity } of order.allocation) {
    const shard = scene.shard(order.sku, number);
    scene.change('shard', shard, { left: shard.left - quantity });
  }
  const { customer, acceptedAt } = order;
  scene.put('listed', { customer, orderId, acceptedAt });
  scene.book.push({ orderId, sku: order.sku, quantity: order.quantity, state: 'accepted' });
  return orderId;
}

function pendingOrder(scene: Scene): string {
  const { acceptedAt, ...order } = scene.order('stuck');
  scene.put('order', { ...order, acceptedAt, orderId: unknownId });
  return unknownId;
}

/** Lowers an order's price everywhere: in row, events, guard and counters. */
function cheapOrder(scene: Scene): string {
  const { quantity, unitPrice, orderId } = scene.order('fulfilled');
  scene.changeThroughout('fulfilled', { unitPrice: 1 });
  scene.change('guard', scene.guard('fulfilled'), { unitPrice: 1 });
  for (const isTotal of [true, false]) {
    const row = scene.counter('fulfilled', isTotal);
    scene.change('counter', row, { revenue: row.revenue - quantity * (unitPrice - 1) });
  }
  return orderId;
}

function foreignOrder(scene: Scene): string {
  const { orderId, acceptedAt, customer } = scene.order('fulfilled');
  scene.changeThroughout('fulfilled', { customer: 'bob' });
  scene.remove('listed', { customer, orderId, acceptedAt });
  scene.put('listed', { customer: 'bob', orderId, acceptedAt });
  return orderId;
}

function loseRow(scene: Scene): string {
  scene.remove('order', scene.order('fulfilled'));
  return scene.ids.fulfilled;
}

function loseRowWithLetter(body: (orderId: string) => object) {
  return (scene: Scene): string => {
    const letter = { step: 'settlement' as const, body: JSON.stringify(body(scene.ids.fulfilled)) };
    scene.deadLetters = [...scene.deadLetters, letter];
    return loseRow(scene);
  };
}

export const orderCorruptions: readonly Corruption[] = [
  { name: 'an order a second time, with everything that belongs to it', breaks: 'I9', apply: doubleOrder },
  { name: 'a pending order that no client was told of', breaks: 'I9', apply: pendingOrder },
  { name: 'a price that was not accepted, everywhere', breaks: 'I9', apply: cheapOrder },
  { name: 'an order of another customer, everywhere', breaks: 'I9', apply: foreignOrder },
  { name: 'a quantity that was not accepted', breaks: 'I9', apply: throughout({ quantity: 9 }) },
  { name: 'a currency that was not accepted', breaks: 'I9', apply: throughout({ currency: 'USD' }) },
  { name: 'another product than was accepted', breaks: 'I9', apply: throughout({ sku: 'lamp' }) },
  {
    name: 'another time than was accepted',
    breaks: 'I9',
    apply: throughout({ acceptedAt: '2026-11-27T08:00:00.000Z' }),
  },
  {
    name: 'an unanswered order of another quantity than was asked for',
    breaks: 'I9',
    apply(scene) {
      scene.changeThroughout('unanswered', { quantity: 2 });
      return scene.ids.unanswered;
    },
  },
  { name: 'a row that is gone', breaks: 'I3', apply: loseRow },
  {
    name: 'a row that is gone, and a dead letter that mentions it',
    breaks: 'I3',
    apply: loseRowWithLetter((orderId) => ({ note: `see ${orderId}` })),
  },
  {
    name: 'a row that is gone, and a dead letter that would settle it',
    breaks: 'I3',
    apply: loseRowWithLetter((orderId) => ({
      ...{ v: 1, orderId },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    })),
  },
  {
    name: 'a rejected order whose row says CANCELLED',
    breaks: 'I10',
    apply: inRow('rejected', () => ({ state: 'CANCELLED' })),
  },
  {
    name: 'a fulfilled order whose row says CONFIRMED',
    breaks: 'I10',
    apply: inRow('fulfilled', () => ({ state: 'CONFIRMED' })),
  },
  {
    name: 'a fulfilled order whose row is pending again',
    breaks: 'I3',
    apply: inRow('fulfilled', ({ acceptedAt }) => ({
      ...{ state: 'PENDING', version: 1, allocation: [], changedAt: acceptedAt },
    })),
  },
  { name: 'a version ahead', breaks: 'I10', apply: inRow('fulfilled', ({ version }) => ({ version: version + 1 })) },
  { name: 'a version behind', breaks: 'I10', apply: inRow('fulfilled', ({ version }) => ({ version: version - 1 })) },
  {
    name: 'another time of its change',
    breaks: 'I10',
    apply: inRow('fulfilled', () => ({ changedAt: '2026-11-27T10:00:00.000Z' })),
  },
  { name: 'a price in its row only', breaks: 'I10', apply: inRow('fulfilled', () => ({ unitPrice: 1 })) },
  { name: 'a customer in its row only', breaks: 'I10', apply: inRow('fulfilled', () => ({ customer: 'bob' })) },
  { name: 'a quantity in its row only', breaks: 'I10', apply: inRow('fulfilled', () => ({ quantity: 1 })) },
  { name: 'a product in its row only', breaks: 'I10', apply: inRow('fulfilled', () => ({ sku: 'lamp' })) },
  { name: 'another number of shards', breaks: 'I10', apply: inRow('stuck', () => ({ shardCount: 3 })) },
  {
    name: 'a request hash of another request',
    breaks: 'I10',
    apply: inRow('fulfilled', () => ({ requestHash: '0'.repeat(64) })),
  },
  { name: 'no allocation', breaks: 'I2', apply: inRow('fulfilled', () => ({ allocation: [] })) },
  {
    name: 'half an allocation',
    breaks: 'I2',
    apply: inRow('split', ({ allocation, quantity }) => ({
      allocation: [{ shard: allocation[0]?.shard ?? 0, quantity: quantity - 1 }],
    })),
  },
  {
    name: 'an allocation on another shard',
    breaks: 'I10',
    apply: inRow('fulfilled', ({ allocation, quantity }) => ({
      allocation: [{ shard: ((allocation[0]?.shard ?? 0) + 1) % 4, quantity }],
    })),
  },
  {
    name: 'a rejected order with an allocation',
    breaks: 'I10',
    apply: inRow('rejected', ({ quantity }) => ({ allocation: [{ shard: 0, quantity }] })),
  },
  {
    name: 'a rejected order with an allocation in its event, too',
    breaks: 'I10',
    apply(scene) {
      scene.changeThroughout('rejected', { allocation: [{ shard: 0, quantity: 3 }] });
      return scene.ids.rejected;
    },
  },
  {
    name: 'a pending order with an allocation',
    breaks: 'I10',
    apply: inRow('stuck', () => ({ allocation: [{ shard: 0, quantity: 1 }] })),
  },
  {
    name: 'a cancelled order that lost its allocation',
    breaks: 'I10',
    apply: inRow('cancelled', () => ({ allocation: [] })),
  },
  {
    name: 'a state that does not exist',
    breaks: 'I10',
    only: ['single partitions', 'DynamoDB', 'Firestore'],
    apply: inRow('fulfilled', () => ({ state: 'LOST' as never })),
  },
  {
    name: "a row under another order's key",
    breaks: 'I10',
    only: ['single partitions', 'DynamoDB', 'Firestore'],
    apply(scene) {
      scene.put('order', scene.order('other'), scene.order('fulfilled'));
      return scene.ids.fulfilled;
    },
  },
];
