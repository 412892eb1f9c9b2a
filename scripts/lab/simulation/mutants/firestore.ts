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
  {
    name: 'a push that failed is answered as done',
    caughtBy: 'I3',
    file: `${google}/functions.ts`,
    find: 'return error instanceof z.ZodError ? 400 : 503;',
    replace: 'return error instanceof z.ZodError ? 400 : 204;',
  },
  {
    name: 'a push is answered before its work is done',
    caughtBy: 'I3',
    file: `${google}/functions.ts`,
    find: 'await within(workerLimitMs, work(request, { remainingMs: () => end - Date.now() }));',
    replace: 'within(workerLimitMs, work(request, { remainingMs: () => end - Date.now() })).catch(() => {});',
  },
  {
    name: 'the entry of the projection swallows an error, so its event is acknowledged',
    caughtBy: 'I3',
    file: 'functions/projection/google.ts',
    find: 'return projectEvent(event.data, ports);',
    replace: 'return projectEvent(event.data, ports).catch(() => {});',
  },
  {
    name: 'an event that the topic refused counts as published',
    caughtBy: 'I3',
    file: `${google}/messaging.ts`,
    find: "sent[index]?.status === 'rejected'",
    replace: "sent[index + 1]?.status === 'rejected'",
  },
  {
    name: 'the timer of the entry relays only events of the last half minute',
    caughtBy: 'I3',
    file: 'functions/projection/google.ts',
    find: 'new Date(Date.now() - graceMs)',
    replace: 'new Date(graceMs)',
  },
  {
    // No mutant drops the precondition of a gain alone: orders of a customer take the same shard, which guards it too.
    name: 'a cancel empties the whole holding',
    caughtBy: 'I11',
    file: `${google}/holdings.ts`,
    find: 'transaction.set(ref, { v: 1, sku, customer, units }, { merge: true });',
    replace: 'transaction.set(ref, { v: 1, sku, customer, units: 0 }, { merge: true });',
  },
  {
    name: 'the limit is not checked',
    caughtBy: 'I11',
    file: `${google}/holdings.ts`,
    find: 'return gain > 0 && held + gain > limitPerCustomer;',
    replace: 'return gain > 0 && held > limitPerCustomer;',
  },
];
