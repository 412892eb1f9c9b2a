import type { Bug } from './mutant.ts';

const google = 'functions/adapters/google';

export const firestore: readonly Bug[] = [
  // That an order moved since it was read is not tried alone: the event, created once for a version, guards it too.
  {
    name: 'a decision leaves no event, and nobody notices',
    file: `${google}/ledger.ts`,
    find: 'transaction.create(db.doc(eventPath(after.orderId, version)), { ...event, waiting: true });',
    replace: '',
  },
  {
    name: 'units are taken whatever was left when it was read',
    file: `${google}/ledger.ts`,
    find: 'FieldValue.increment(-part.quantity) }, unlessMoved(shards[index]));',
    replace: 'FieldValue.increment(-part.quantity) });',
  },
  {
    name: 'cancelled units go back negative',
    file: `${google}/ledger.ts`,
    find: 'FieldValue.increment(part.quantity)',
    replace: 'FieldValue.increment(-part.quantity)',
  },
  {
    name: 'a restock is written over',
    file: `${google}/stock.ts`,
    find: 'transaction.create(record,',
    replace: 'transaction.set(record,',
  },
  {
    name: 'the views count whatever they counted meanwhile',
    file: `${google}/views.ts`,
    find: '{ ...next }, unlessMoved(before));',
    replace: '{ ...next });',
  },
  {
    name: 'an event is done before it is handed on',
    file: `${google}/relay.ts`,
    find: '  await hand(event);',
    replace: '  hand(event).catch(() => {});',
  },
];
