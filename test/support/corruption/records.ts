import { bucketOf, idOfKey } from '../../../scripts/sale/check/rules.ts';
import type { BookEntry } from '../../../scripts/sale/check/snapshot.ts';
import { traceparent } from '../memory-system.ts';
import { type Corruption, found, type Scene } from './corruptions.ts';
import type { Role } from './sale.ts';

const unknownId = idOfKey('nobody', 'key-of-nobody');
const indexed = ['single partitions', 'DynamoDB', 'Firestore'] as const;
const ownRows = ['single partitions'] as const;

const openEntry = (scene: Scene, role: Role) => {
  const { orderId, acceptedAt } = scene.order(role);
  return { orderId, acceptedAt, bucket: bucketOf(orderId) };
};
const listEntry = (scene: Scene, role: Role) => {
  const { orderId, acceptedAt, customer } = scene.order(role);
  return { orderId, acceptedAt, customer };
};

const indexCorruptions: readonly Corruption[] = [
  ...(['fulfilled', 'rejected', 'cancelled'] as const).map(
    (role): Corruption => ({
      name: `a ${role} order in the index of open orders`,
      ...{ breaks: 'I10', only: indexed },
      apply(scene) {
        scene.put('open', openEntry(scene, role));
        return scene.ids[role];
      },
    }),
  ),
  ...(['stuck', 'waiting'] as const).map(
    (role): Corruption => ({
      name: `an open order that the index lacks (${role})`,
      ...{ breaks: 'I10', only: indexed },
      apply(scene) {
        scene.remove('open', openEntry(scene, role));
        return scene.ids[role];
      },
    }),
  ),
  {
    name: 'an open order in another bucket',
    ...{ breaks: 'I10', only: indexed },
    apply(scene) {
      const entry = openEntry(scene, 'stuck');
      scene.remove('open', entry);
      scene.put('open', { ...entry, bucket: (entry.bucket + 1) % 16 });
      return entry.orderId;
    },
  },
  {
    name: 'an order in the index that does not exist',
    ...{ breaks: 'I10', only: ownRows },
    apply(scene) {
      scene.put('open', { ...openEntry(scene, 'stuck'), orderId: unknownId, bucket: bucketOf(unknownId) });
      return unknownId;
    },
  },
  {
    name: "an order that its customer's list lacks",
    ...{ breaks: 'I10', only: ownRows },
    apply(scene) {
      scene.remove('listed', listEntry(scene, 'fulfilled'));
      return scene.ids.fulfilled;
    },
  },
  {
    name: "an order in another customer's list",
    ...{ breaks: 'I10', only: ownRows },
    apply(scene) {
      scene.put('listed', { ...listEntry(scene, 'fulfilled'), customer: 'bob' });
      return scene.ids.fulfilled;
    },
  },
  {
    name: 'an order in a list twice, at another time',
    ...{ breaks: 'I10', only: ownRows },
    apply(scene) {
      scene.put('listed', { ...listEntry(scene, 'fulfilled'), acceptedAt: '2026-11-27T08:00:00.000Z' });
      return scene.ids.fulfilled;
    },
  },
  {
    name: 'an order in a list that does not exist',
    ...{ breaks: 'I10', only: ownRows },
    apply(scene) {
      scene.put('listed', { ...listEntry(scene, 'fulfilled'), orderId: unknownId });
      return unknownId;
    },
  },
];

const entry = (change: (entry: BookEntry) => readonly BookEntry[], role: Role = 'fulfilled') => {
  return (scene: Scene) => {
    const orderId = scene.ids[role];
    scene.book = scene.book.flatMap((one) => (one.orderId === orderId ? change(one) : [one]));
    return orderId;
  };
};

const bookCorruptions: readonly Corruption[] = [
  { name: 'an order in the book twice', breaks: 'I8', apply: entry((one) => [one, one]) },
  { name: 'a fulfilled order that the book lacks', breaks: 'I8', apply: entry(() => []) },
  { name: 'a refused order that the book lacks', breaks: 'I8', apply: entry(() => [], 'refused') },
  { name: 'another quantity in the book', breaks: 'I8', apply: entry((one) => [{ ...one, quantity: 1 }]) },
  { name: 'another product in the book', breaks: 'I8', apply: entry((one) => [{ ...one, sku: 'lamp' }]) },
  { name: 'a refusal of a fulfilled order', breaks: 'I8', apply: entry((one) => [{ ...one, state: 'refused' }]) },
  {
    name: 'an acceptance of a cancelled order',
    breaks: 'I8',
    apply: entry((one) => [{ ...one, state: 'accepted' }], 'refused'),
  },
  {
    name: 'an order in the book that does not exist',
    breaks: 'I8',
    apply(scene) {
      scene.book.push({ orderId: unknownId, sku: 'vase', quantity: 1, state: 'accepted' });
      return unknownId;
    },
  },
  {
    name: 'an order in the book that was never handed over',
    breaks: 'I8',
    apply(scene) {
      const { orderId, sku, quantity } = scene.order('cancelled');
      scene.book.push({ orderId, sku, quantity, state: 'refused' });
      return orderId;
    },
  },
];

const letters = (role: Role, change: (body: string) => Scene['deadLetters']) => (scene: Scene) => {
  const orderId = scene.ids[role];
  scene.deadLetters = scene.deadLetters.flatMap((one) => (one.body.includes(orderId) ? change(one.body) : [one]));
  return orderId;
};

const letterCorruptions: readonly Corruption[] = [
  { name: 'a pending order without its dead letter', breaks: 'I3', apply: letters('stuck', () => []) },
  { name: 'an order with the partner without its dead letter', breaks: 'I3', apply: letters('waiting', () => []) },
  {
    name: 'a dead letter in the queue of another step',
    breaks: 'I3',
    apply: letters('stuck', (body) => [{ step: 'projection', body }]),
  },
  ...(['UNKNOWN_ORDER', 'MALFORMED_MESSAGE', 'MALFORMED_EVENT', 'PARTNER_UNREACHABLE'] as const).map(
    (noted): Corruption => ({
      name: `a pending order whose message was given up as ${noted}`,
      breaks: 'I3',
      apply: letters('stuck', (body) => [{ step: 'settlement', body, noted }]),
    }),
  ),
  ...(['UNKNOWN_ORDER', 'MALFORMED_MESSAGE'] as const).map(
    (noted): Corruption => ({
      name: `an order with the partner whose message was given up as ${noted}`,
      breaks: 'I3',
      apply: letters('waiting', (body) => [{ step: 'fulfilment', body, noted }]),
    }),
  ),
  ...(['settlement', 'fulfilment'] as const).map(
    (step): Corruption => ({
      name: `a dead letter of ${step} that denies a fulfilled order`,
      breaks: 'I3',
      apply(scene) {
        const { orderId } = scene.order('fulfilled');
        const body = JSON.stringify({ v: 1, traceparent, orderId, order: { orderId } });
        scene.deadLetters = [...scene.deadLetters, { step, body, noted: 'UNKNOWN_ORDER' }];
        return orderId;
      },
    }),
  ),
  {
    name: 'an event that was given up although it can be read',
    breaks: 'I3',
    apply(scene) {
      const body = JSON.stringify(scene.event('fulfilled', 'CONFIRMED'));
      scene.deadLetters = [...scene.deadLetters, { step: 'projection', body, noted: 'MALFORMED_EVENT' }];
      return scene.ids.fulfilled;
    },
  },
  {
    name: 'a message that a redrive would give up at once',
    breaks: 'I3',
    apply: letters('waiting', (body) => {
      const waiting = { ...JSON.parse(body), waitingSince: '2026-11-27T08:00:00.000Z' };
      return [{ step: 'fulfilment', body: JSON.stringify(waiting), noted: 'PARTNER_UNREACHABLE' }];
    }),
  },
  {
    name: 'a partner that was asked in vain about an order that does not exist',
    breaks: 'I3',
    apply(scene) {
      const body = JSON.stringify({ v: 1, traceparent, order: { orderId: unknownId } });
      scene.deadLetters = [...scene.deadLetters, { step: 'fulfilment', body, noted: 'PARTNER_UNREACHABLE' }];
      return unknownId;
    },
  },
  {
    name: 'a dead letter that only mentions its order',
    breaks: 'I3',
    apply: letters('stuck', (body) => [{ step: 'settlement', body: JSON.stringify({ text: body }) }]),
  },
];

/** Changes the first answer about the fulfilled order. */
const answer = (list: 'accepted' | 'shown', fields: object) => (scene: Scene) => {
  const { clients } = scene;
  const first = found(clients[list]?.find(({ orderId }) => orderId === scene.ids.fulfilled));
  scene.clients = { ...clients, [list]: [...(clients[list] ?? []), { ...first, ...fields }] };
  return scene.ids.fulfilled;
};

const answerCorruptions: readonly Corruption[] = [
  { name: 'a key that made two orders', breaks: 'I2', apply: answer('accepted', { orderId: unknownId }) },
  { name: 'two keys that made one order', breaks: 'I2', apply: answer('accepted', { key: 'another-key' }) },
  { name: 'an order whose id is not that of its key', breaks: 'I2', apply: answer('accepted', { customer: 'bob' }) },
  {
    name: 'an order cancelled that nobody asked to cancel',
    breaks: 'I9',
    apply(scene) {
      scene.clients = { ...scene.clients, cancels: [scene.ids.cancelledEarly] };
      return scene.ids.cancelled;
    },
  },
  { name: "a repeated answer with today's price", breaks: 'I9', apply: answer('accepted', { unitPrice: 900 }) },
  { name: 'a total that is no product of price and quantity', breaks: 'I9', apply: answer('accepted', { total: 1 }) },
  { name: 'an order shown to another customer', breaks: 'I9', apply: answer('shown', { customer: 'bob' }) },
  { name: 'an order shown in a state it never had', breaks: 'I9', apply: answer('shown', { state: 'CANCELLED' }) },
  { name: 'an order shown at a version it never had', breaks: 'I9', apply: answer('shown', { version: 9 }) },
  {
    name: 'a restock that was answered and supplied nothing',
    breaks: 'I4',
    apply(scene) {
      const at = '2026-11-27T09:00:00.000Z';
      const more = { sku: 'vase', key: 'restock-lost', quantity: 5, at };
      scene.clients = { ...scene.clients, restocked: [...(scene.clients.restocked ?? []), more] };
      return 'restock-lost';
    },
  },
  {
    name: "another customer's order in an answer",
    breaks: 'I6',
    apply(scene) {
      scene.clients = { ...scene.clients, foreignAnswers: [`GET /orders/${scene.ids.fulfilled} gave 200`] };
      return scene.ids.fulfilled;
    },
  },
];

export const recordCorruptions: readonly Corruption[] = [
  ...indexCorruptions,
  ...bookCorruptions,
  ...letterCorruptions,
  ...answerCorruptions,
];
