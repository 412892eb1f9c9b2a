import type { Bug, Mutant } from './mutant.ts';

const ledger = 'functions/adapters/aws/ledger.ts';
const counting = 'functions/projection/count-event.ts';
const rebuild = 'scripts/operations/rebuild/expired.ts';

/** Rows that expire too early or too late, and rebuilds that lose what has expired. */
export const retention: readonly Bug[] = [
  {
    name: 'an open order expires',
    caughtBy: 'I10',
    file: ledger,
    find: 'expiresAt: isOpen(after) ? undefined : expiresAt',
    replace: 'expiresAt',
  },
  {
    name: 'an order expires after its acceptance, not after its end',
    caughtBy: 'I10',
    file: ledger,
    find: 'toExpiresAt(transition.after.changedAt, retention)',
    replace: 'toExpiresAt(transition.after.acceptedAt, retention)',
  },
  {
    name: 'the event of an expired order stays',
    caughtBy: 'I10',
    file: 'functions/adapters/aws/event-row.ts',
    find: '...(expiresAt !== undefined && { expiresAt }) };',
    replace: '};',
  },
  {
    name: 'the guard of an open order expires with the event that it counted',
    caughtBy: 'I5',
    file: counting,
    find: 'expiresAt === undefined || isOpen(order)',
    replace: 'expiresAt === undefined',
  },
  {
    name: 'the guard of an expired order stays',
    caughtBy: 'I5',
    file: counting,
    find: '? {} : { expiresAt }',
    replace: '? {} : {}',
  },
  {
    name: 'an order expires after seconds, not days',
    caughtBy: 'I3',
    file: 'functions/adapters/aws/expiry.ts',
    find: 'days * 86_400',
    replace: 'days',
  },
  {
    name: 'a rebuild forgets the expired orders',
    caughtBy: 'I4',
    file: rebuild,
    find: 'salesFields.some((field) => sales[field] !== 0)',
    replace: 'salesFields.length === 0',
  },
  {
    name: 'a rebuild forgets open orders whose events have expired',
    caughtBy: 'I5',
    file: rebuild,
    find: 'if (isOpen(order)) rows.set(rowName(row), row);',
    replace: '',
  },
  {
    name: 'a rebuild forgets the units of open orders whose events have expired',
    caughtBy: 'rebuild',
    file: rebuild,
    find: 'for (const key of counterKeys(order)) add(rowName(key), toSales(order));',
    replace: '',
  },
  {
    name: 'a rebuild reads rows that expire meanwhile',
    caughtBy: 'rebuild',
    file: rebuild,
    find: 'Date.now() + marginMs',
    replace: 'Date.now() - 864e5 * 20',
  },
];

/** A test file judges it: a total read too early or too late is seldom one that expired orders could add up to. */
export const tornReads: readonly Mutant[] = [
  {
    name: 'a rebuild reads the totals while an order is counted',
    caughtBy: 'reads a slot again while its orders are counted',
    file: rebuild,
    find: 'if (!areEqual(one.get(slot), other.get(slot))) continue;',
    replace: '',
    test: 'test/unit/operations/rebuild/expired.test.ts',
  },
];
