import type { Mutant } from './mutant.ts';

const aws = 'functions/adapters/aws';

/** Reads that became eventually consistent. */
export const reads: readonly Mutant[] = [
  {
    name: 'an order is read eventually',
    caughtBy: 'reads an order consistently',
    file: `${aws}/orders.ts`,
    find: 'ConsistentRead: true',
    replace: 'ConsistentRead: false',
    test: 'test/unit/adapters/aws/reads.test.ts',
  },
  {
    name: 'a batch of orders gets what an earlier batch read',
    caughtBy: 'reads an order once that is wanted twice at the same moment, and again when it is wanted later',
    file: `${aws}/order-glances.ts`,
    find: 'joining = undefined;',
    replace: '',
    test: 'test/unit/adapters/aws/order-glances.test.ts',
  },
  {
    name: 'an order that a cheap read did not find counts as unknown',
    caughtBy: 'reads an order again that a cheap read did not find',
    file: 'functions/settlement/settle-batch.ts',
    find: ' ?? (await orders.find(request.orderId))',
    replace: '',
    test: 'test/unit/settlement/settle-batch.test.ts',
  },
  {
    name: 'the guard row of a count is read eventually',
    caughtBy: 'reads the guard row of an order consistently',
    file: `${aws}/views.ts`,
    find: 'Key: countedKey(generation, orderId), ConsistentRead: true',
    replace: 'Key: countedKey(generation, orderId), ConsistentRead: false',
    test: 'test/unit/adapters/aws/reads.test.ts',
  },
  {
    name: 'the guard rows of a batch are read eventually',
    caughtBy: 'reads at most 100 guard rows in a call, consistently',
    file: `${aws}/views.ts`,
    find: '{ Keys, ConsistentRead: true }',
    replace: '{ Keys }',
    test: 'test/unit/adapters/aws/views.test.ts',
  },
  {
    name: "a sweeper's progress is read eventually",
    caughtBy: 'reads a note consistently',
    file: `${aws}/lease.ts`,
    find: 'ConsistentRead: true',
    replace: 'ConsistentRead: false',
    test: 'test/unit/adapters/aws/reads.test.ts',
  },
  {
    name: 'the shared breaker is read eventually',
    caughtBy: 'reads a breaker consistently',
    file: `${aws}/breaker.ts`,
    find: 'ConsistentRead: true',
    replace: 'ConsistentRead: false',
    test: 'test/unit/adapters/aws/reads.test.ts',
  },
  {
    name: 'the live generation of the views is read eventually',
    caughtBy: 'reads the live generation consistently',
    file: `${aws}/generation.ts`,
    find: 'ConsistentRead: true',
    replace: 'ConsistentRead: false',
    test: 'test/unit/adapters/aws/reads.test.ts',
  },
  {
    name: 'the catalog fills its cache from an eventual read',
    caughtBy: 'catalog reads products consistently',
    file: 'functions/catalog/aws.ts',
    find: '{ consistent: true }',
    replace: '{ consistent: false }',
    test: 'test/unit/entries/aws.test.ts',
  },
];
