import type { Bug } from './mutant.ts';

const beside = 'functions/adapters/single-partition';

export const partition: readonly Bug[] = [
  {
    name: 'an order goes to another shard without a tombstone',
    file: `${beside}/ledger.ts`,
    find: "if ((await store.write(stockPartition(order.sku, home.shard), [tombstone])) !== 'written') return undefined;",
    replace: 'void tombstone;',
  },
  {
    name: 'a decision leaves no event',
    file: `${beside}/ledger.ts`,
    find: "{ kind: 'insert', row: outboxRowKey(after.orderId, after.version), value: event },",
    replace: '',
  },
  {
    name: 'the shards are read once',
    file: `${beside}/stock.ts`,
    find: 'first[shard]?.etag !== second[shard]?.etag',
    replace: 'first[shard] !== first[shard]',
  },
  {
    name: 'units between two shards count for nothing',
    file: `${beside}/stock.ts`,
    find: 'first[shard]?.value.outgoing)',
    replace: 'shard < 0)',
  },
  {
    name: 'units arrive as often as they are sent',
    file: `${beside}/transfers.ts`,
    find: "{ kind: 'insert', row: once, value: { quantity } },",
    replace: '',
  },
  {
    name: 'nobody finishes a restock that died',
    file: `${beside}/relay.ts`,
    find: 'await finishSupplies(store, sku);',
    replace: '',
  },
  {
    name: 'the order row does not follow its decision',
    file: `${beside}/relay.ts`,
    find: 'await followDecision(store, event.order.orderId);',
    replace: '',
  },
];
