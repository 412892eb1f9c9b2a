import type { Bug } from './mutant.ts';

const aws = 'functions/adapters/aws';
const sweep = 'functions/sweeper/sweep-orders.ts';
const rules = 'functions/domain/open-order.ts';

export const sweeper: readonly Bug[] = [
  {
    name: 'a pending order is not re-enqueued',
    caughtBy: 'sweep',
    file: sweep,
    find: "if (order.state === 'PENDING') await",
    replace: "if (order.state === 'PENDING') return; else if (ports === undefined) await",
  },
  {
    name: 'a confirmed order is not re-enqueued',
    caughtBy: 'sweep',
    file: sweep,
    find: 'else await ports.fulfilments',
    replace: "else if (order.state !== 'CONFIRMED') await ports.fulfilments",
  },
  {
    name: 'an order that the partner has not answered is not re-enqueued',
    caughtBy: 'sweep',
    file: sweep,
    find: 'else await ports.fulfilments',
    replace: "else if (order.state !== 'FULFILLING') await ports.fulfilments",
  },
  {
    name: 'a sweep ignores where the last one ended',
    caughtBy: 'sweep',
    file: sweep,
    find: '[last?.toMs ?? 0,',
    replace: '[Date.parse(clock.now()) - 1,',
  },
  {
    name: 'a sweep ends after its first page',
    caughtBy: 'sweep',
    file: sweep,
    find: 'return isHolder && !isDone(next);',
    replace: 'return isHolder && isDone(next);',
  },
  {
    name: 'sweep progress is written without its fence',
    caughtBy: 'sweep',
    file: `${aws}/lease.ts`,
    find: 'TransactItems: [fence(table, lease), note]',
    replace: 'TransactItems: [note]',
  },
  {
    name: 'an accepted order is missing from the open-order list',
    caughtBy: 'sweep',
    file: `${aws}/orders.ts`,
    find: ', requestHash, open: openValue(order.orderId) }',
    replace: ', requestHash }',
  },
  {
    name: 'a confirmed order leaves the open-order list',
    caughtBy: 'sweep',
    file: `${aws}/ledger.ts`,
    find: 'const leave = isOpen(after)',
    replace: "const leave = after.state === 'PENDING'",
  },
  {
    name: 'an order is swept an hour late',
    caughtBy: 'deadline',
    file: rules,
    find: 'return span.toMs - sinceMs >= afterMs &&',
    replace: 'return span.toMs - sinceMs >= afterMs + 3_600_000 &&',
  },
  {
    name: 'the turns of a sweep are counted to its end twice',
    caughtBy: 'sweep',
    file: rules,
    find: 'const before = lastTurnAge(sweep.fromMs - acceptedMs,',
    replace: 'const before = lastTurnAge(sweep.toMs - acceptedMs,',
  },
  {
    name: 'a turn covers only its own sweep',
    caughtBy: 'deadline',
    file: rules,
    find: 'fromMs: before === 0 ? 0 : acceptedMs + before,',
    replace: 'fromMs: sweep.fromMs,',
  },
  {
    name: 'a sweep skips one turn too many',
    caughtBy: 'sweep',
    file: rules,
    find: 'Math.floor(fromMs - age)',
    replace: 'Math.floor(toMs - age)',
  },
  {
    name: 'the entry of the sweeper does not await its sweep',
    caughtBy: 'sweep',
    file: 'functions/sweeper/aws.ts',
    find: 'await sweepAlone(ports, () => context.getRemainingTimeInMillis());',
    replace: 'void sweepAlone(ports, () => context.getRemainingTimeInMillis()).catch(() => {});',
  },
];
