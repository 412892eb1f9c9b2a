import type { Bug } from './mutant.ts';

const google = 'functions/adapters/google';

export const firestore: readonly Bug[] = [
  // No mutant drops the version check alone: creating the event once per version guards the order too.
  {
    name: 'a decision is committed without its event',
    caughtBy: 'I10',
    file: `${google}/ledger.ts`,
    find: 'transaction.create(db.doc(eventPath(after.orderId, version)), { ...event, waiting: true });',
    replace: '',
  },
  {
    name: 'units are taken without checking the shard that was read',
    caughtBy: 'I1',
    file: `${google}/ledger.ts`,
    find: 'FieldValue.increment(-part.quantity) }, unlessMoved(shards[index]));',
    replace: 'FieldValue.increment(-part.quantity) });',
  },
  {
    name: 'cancelled units are subtracted instead of returned',
    caughtBy: 'I4',
    file: `${google}/ledger.ts`,
    find: 'FieldValue.increment(part.quantity)',
    replace: 'FieldValue.increment(-part.quantity)',
  },
  {
    name: 'a restock record is overwritten',
    caughtBy: 'I4',
    file: `${google}/stock.ts`,
    find: 'transaction.create(record,',
    replace: 'transaction.set(record,',
  },
  {
    name: 'the views ignore a concurrent count',
    caughtBy: 'I5',
    file: `${google}/views.ts`,
    find: '{ ...next }, unlessMoved(before));',
    replace: '{ ...next });',
  },
  {
    name: 'an event counts as done before it is published',
    caughtBy: 'I3',
    file: `${google}/relay.ts`,
    find: '  await hand(event);',
    replace: '  hand(event).catch(() => {});',
  },
];
