import type { Mutant } from './mutant.ts';

const aws = 'functions/adapters/aws';
const test = 'test/unit/adapters/aws/pages.test.ts';

/** Lists that end after their first page, or never get beyond it. */
export const pages: readonly Mutant[] = [
  {
    name: "a customer's orders end after their first page",
    caughtBy: "says where the next page of a customer's orders begins",
    file: `${aws}/orders.ts`,
    find: 'LastEvaluatedKey: last',
    replace: 'NoKey: last',
    test,
  },
  {
    name: "every page of a customer's orders is the first",
    caughtBy: "reads the second page of a customer's orders",
    file: `${aws}/orders.ts`,
    find: '...(after && { ExclusiveStartKey:',
    replace: '...(after && false && { ExclusiveStartKey:',
    test,
  },
  {
    name: 'the open orders of a bucket end after their first page',
    caughtBy: 'says where the next page of the open orders of a bucket begins',
    file: `${aws}/open-orders.ts`,
    find: 'const last = LastEvaluatedKey;',
    replace: 'const last = undefined;',
    test,
  },
  {
    name: 'a page of open orders begins at another bucket',
    caughtBy: 'reads the second page of the open orders of a bucket',
    file: `${aws}/open-orders.ts`,
    find: 'open: String(bucket), acceptedAt',
    replace: "open: '0', acceptedAt",
    test,
  },
  {
    name: 'the products end after their first page',
    caughtBy: 'says where the next page of the products begins',
    file: `${aws}/products.ts`,
    find: 'const next = LastEvaluatedKey && productKeySku(LastEvaluatedKey);',
    replace: 'const next = undefined;',
    test,
  },
  {
    name: 'a cursor of the order list is dropped',
    caughtBy: 'lists every order of a customer once, page by page, and ends',
    file: 'functions/intake/read-orders.ts',
    find: '...(found.next && { next: encodeCursor',
    replace: '...(found.next && found.orders.length === 0 && { next: encodeCursor',
    test: 'test/unit/intake/read-orders.test.ts',
  },
  {
    name: 'a sweep reads only the first page of a bucket',
    caughtBy: 'sweeps all pages of all buckets',
    file: 'functions/sweeper/sweep-orders.ts',
    find: 'return after ? { v, fromMs, toMs, bucket, after } :',
    replace: 'return after && toMs < 0 ? { v, fromMs, toMs, bucket, after } :',
    test: 'test/unit/sweeper/sweep-orders.test.ts',
  },
];
