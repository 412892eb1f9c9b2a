import type { Mutant } from './mutant.ts';

const aws = 'functions/adapters/aws';

/** Delays, limits of time and expiries in the wrong unit, or counted from the wrong moment. */
export const times: readonly Mutant[] = [
  {
    name: 'a delay in milliseconds goes to the queue as seconds',
    caughtBy: 'delays a fulfilment request of 90000 ms by 90 s',
    file: `${aws}/messaging.ts`,
    find: 'Math.ceil(delayMs / 1_000)',
    replace: 'Math.ceil(delayMs)',
    test: 'test/unit/adapters/aws/messaging.test.ts',
  },
  {
    name: 'a minute expires in milliseconds, not seconds',
    caughtBy: 'lets a minute expire after its retention, in epoch seconds',
    file: `${aws}/views.ts`,
    find: ':00Z`) / 1_000 + minuteRetentionDays',
    replace: ':00Z`) + minuteRetentionDays',
    test: 'test/unit/adapters/aws/views.test.ts',
  },
  {
    name: 'the time to cancel is taken for seconds',
    caughtBy: 'counts the time to cancel from the confirmation',
    file: 'functions/fulfilment/fulfil-order.ts',
    find: 'Date.parse(changedAt) + cancellableMs -',
    replace: 'Date.parse(changedAt) + cancellableMs * 1_000 -',
    test: 'test/unit/fulfilment/fulfil-order.test.ts',
  },
  {
    name: 'the time to cancel counts from the acceptance',
    caughtBy: 'counts the time to cancel from the confirmation',
    file: 'functions/fulfilment/fulfil-order.ts',
    find: 'function remainingCancelMs({ changedAt }: Order,',
    replace: 'function remainingCancelMs({ acceptedAt: changedAt }: Order,',
    test: 'test/unit/fulfilment/fulfil-order.test.ts',
  },
  {
    name: 'a sweep counts from the acceptance, not from the last transition',
    caughtBy: 'counts from the last transition',
    file: 'functions/sweeper/sweep-orders.ts',
    find: 'isSweepDue(Date.parse(order.changedAt) + intendedWaitMs,',
    replace: 'isSweepDue(Date.parse(order.acceptedAt) + intendedWaitMs,',
    test: 'test/unit/sweeper/sweep-orders.test.ts',
  },
  {
    name: 'a request to the partner is given up after seconds, not milliseconds',
    caughtBy: 'dead-letters a message after the time limit',
    file: 'functions/fulfilment/messages.ts',
    find: 'if (waitedMs > ports.giveUpMs)',
    replace: 'if (waitedMs / 1_000 > ports.giveUpMs)',
    test: 'test/unit/fulfilment/messages.test.ts',
  },
  {
    name: 'each copy of a postponed request begins its wait afresh',
    caughtBy: 'keeps the time of the first failure',
    file: 'functions/fulfilment/messages.ts',
    find: 'const since = waitingSince ?? now;',
    replace: 'const since = now;',
    test: 'test/unit/fulfilment/messages.test.ts',
  },
  {
    name: 'a lease lasts a thousand times as long as asked',
    caughtBy: 'lets a lease end when it was asked to',
    file: `${aws}/lease.ts`,
    find: 'extend(table, name, token, nowMs + forMs)',
    replace: 'extend(table, name, token, nowMs + forMs * 1_000)',
    test: 'test/unit/adapters/aws/coordination.test.ts',
  },
  {
    name: 'a product is cached from the end of its read',
    caughtBy: 'counts the time in the store: 201 ms after its start',
    file: 'functions/catalog/product-cache.ts',
    find: 'ttlMs - (now() - started)',
    replace: 'ttlMs',
    test: 'test/unit/catalog/product-cache.test.ts',
  },
  {
    name: 'sales are counted by the hour',
    caughtBy: 'counts sales by the minute',
    file: 'functions/domain/sales.ts',
    find: 'return at.slice(0, 16);',
    replace: "return at.slice(0, 13).concat(':00');",
    test: 'test/unit/domain/sales.test.ts',
  },
];
