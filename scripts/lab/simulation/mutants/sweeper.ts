import type { Bug } from './mutant.ts';

const aws = 'functions/adapters/aws';
const sweep = 'functions/sweeper/sweep-orders.ts';

export const sweeper: readonly Bug[] = [
  {
    name: 'nobody asks for what is pending',
    file: sweep,
    find: "if (order.state === 'PENDING') await",
    replace: "if (order.state === 'PENDING') return; else if (ports === undefined) await",
  },
  {
    name: 'nobody asks for what is confirmed',
    file: sweep,
    find: 'else await ports.fulfilments',
    replace: "else if (order.state !== 'CONFIRMED') await ports.fulfilments",
  },
  {
    name: 'nobody asks for what the partner has not answered',
    file: sweep,
    find: 'else await ports.fulfilments',
    replace: "else if (order.state !== 'FULFILLING') await ports.fulfilments",
  },
  {
    name: 'a sweep begins when it begins, not where the last one ended',
    file: sweep,
    find: '[last?.toMs ?? 0,',
    replace: '[Date.parse(clock.now()) - 1,',
  },
  {
    name: 'a sweep ends after its first page',
    file: sweep,
    find: 'return isHolder && !isDone(next);',
    replace: 'return isHolder && isDone(next);',
  },
  {
    name: 'the progress is written without its fence',
    file: `${aws}/lease.ts`,
    find: 'TransactItems: [fence(table, lease), note]',
    replace: 'TransactItems: [note]',
  },
  {
    name: 'an accepted order stands in no list',
    file: `${aws}/orders.ts`,
    find: ', requestHash, open: openValue(order.orderId) }',
    replace: ', requestHash }',
  },
  {
    name: 'an order leaves the list when it is confirmed',
    file: `${aws}/ledger.ts`,
    find: 'const leave = isOpen(after)',
    replace: "const leave = after.state === 'PENDING'",
  },
];
