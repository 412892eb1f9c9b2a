import type { Bug } from './mutant.ts';

const singlePartition = 'functions/adapters/single-partition';

export const partition: readonly Bug[] = [
  {
    name: 'an order moves to another shard without a tombstone',
    caughtBy: 'I4',
    file: `${singlePartition}/ledger.ts`,
    find: "if ((await store.write(stockPartition(order.sku, home.shard), [tombstone])) !== 'written') return undefined;",
    replace: 'void tombstone;',
  },
  {
    name: 'a decision writes no event',
    caughtBy: 'I3',
    file: `${singlePartition}/ledger.ts`,
    find: "{ kind: 'insert', row: outboxRowKey(after.orderId, after.version), value: event },",
    replace: '',
  },
  {
    name: 'the shards are read only once',
    caughtBy: 'I7',
    file: `${singlePartition}/stock.ts`,
    find: 'first[shard]?.etag !== second[shard]?.etag',
    replace: 'first[shard] !== first[shard]',
  },
  {
    name: 'units in transfer between shards are not counted',
    caughtBy: 'I7',
    file: `${singlePartition}/stock.ts`,
    find: 'first[shard]?.value.outgoing)',
    replace: 'shard < 0)',
  },
  {
    name: 'a transfer delivered twice counts twice',
    caughtBy: 'I4',
    file: `${singlePartition}/transfers.ts`,
    find: "{ kind: 'insert', row: once, value: { quantity } },",
    replace: '',
  },
  {
    name: 'the order row is not updated after its decision',
    caughtBy: 'I10',
    file: `${singlePartition}/relay.ts`,
    find: 'await followDecision(store, event.order.orderId);',
    replace: '',
  },
];
