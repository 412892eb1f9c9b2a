import type { Corruption, Scene } from './corruptions.ts';
import type { Contents } from './system.ts';

const shard =
  (...changes: readonly ((row: Contents['shard']) => Partial<Contents['shard']>)[]) =>
  (scene: Scene): string => {
    for (const [number, change] of changes.entries()) {
      const row = scene.shard('vase', number);
      scene.change('shard', row, change(row));
    }
    return 'vase#0';
  };

const more = (by: number) => (row: Contents['shard']) => ({ left: row.left + by });
const moreSupplied = (by: number) => (row: Contents['shard']) => ({
  left: row.left + by,
  allocated: row.allocated + by,
});

const supply = (fields: Partial<Contents['supply']>) => (scene: Scene) => {
  scene.change('supply', scene.supply('vase'), fields);
  return 'vase';
};

/** Adds an earlier supply everywhere: on record, on the product, on its shards. */
function supplyEarlier(scene: Scene): string {
  const [row, product] = [scene.supply('lamp'), scene.product('lamp')];
  scene.change('supply', row, { quantity: row.quantity + 8 });
  scene.change('product', product, { supplied: product.supplied + 8 });
  for (const number of [0, 1]) {
    const level = scene.shard('lamp', number);
    scene.change('shard', level, { left: level.left + 4, allocated: level.allocated + 4 });
  }
  return scene.ids.rejected;
}

function supplyAgain(scene: Scene): string {
  scene.put('supply', { ...scene.supply('vase'), key: 'another-key', quantity: 4 });
  const product = scene.product('vase');
  scene.change('product', product, { supplied: product.supplied + 4 });
  for (const number of [0, 1, 2, 3]) {
    const level = scene.shard('vase', number);
    scene.change('shard', level, { left: level.left + 1, allocated: level.allocated + 1 });
  }
  return 'another-key';
}

export const stockCorruptions: readonly Corruption[] = [
  { name: 'a unit too many', breaks: 'I4', apply: shard(more(1)) },
  { name: 'a unit that leaked', breaks: 'I4', apply: shard(more(-1)) },
  { name: 'a shard below zero', breaks: 'I1', apply: shard(({ left }) => ({ left: -left })) },
  { name: 'two shards that are wrong by +1 and -1', breaks: 'I4', apply: shard(more(1), more(-1)) },
  {
    name: 'two shards that were supplied +1 and -1',
    breaks: 'I4',
    apply: shard(moreSupplied(1), moreSupplied(-1)),
  },
  {
    name: 'a shard that is gone',
    breaks: 'I4',
    apply(scene) {
      scene.remove('shard', scene.shard('vase', 0));
      return 'vase#0';
    },
  },
  {
    name: 'a shard beyond the product',
    breaks: 'I4',
    apply(scene) {
      scene.put('shard', { sku: 'vase', shard: 9, left: 0, allocated: 0 });
      return 'vase#9';
    },
  },
  {
    name: 'a shard of a product that does not exist',
    breaks: 'I4',
    apply(scene) {
      scene.put('shard', { sku: 'ghost', shard: 0, left: 0, allocated: 0 });
      return 'ghost#0';
    },
  },
  {
    name: 'more units sold than supplied',
    breaks: 'I1',
    apply(scene) {
      scene.change('product', scene.product('lamp'), { supplied: 3 });
      return 'lamp';
    },
  },
  { name: 'a supply of another quantity', breaks: 'I4', apply: supply({ quantity: 41 }) },
  {
    name: 'a supply of another time than was answered',
    breaks: 'I4',
    apply: supply({ at: '2026-11-27T08:00:00.000Z' }),
  },
  {
    name: 'a supply that is gone',
    breaks: 'I4',
    apply(scene) {
      scene.remove('supply', scene.supply('vase'));
      return 'vase';
    },
  },
  {
    name: 'a supply twice, under another key',
    breaks: 'I4',
    apply(scene) {
      scene.put('supply', { ...scene.supply('vase'), key: 'another-key' });
      return 'vase';
    },
  },
  {
    name: 'a supply of a product that does not exist',
    breaks: 'I4',
    apply(scene) {
      scene.put('supply', { ...scene.supply('vase'), sku: 'ghost' });
      return 'ghost';
    },
  },
  {
    name: 'a supply that its restock does not know',
    breaks: 'I4',
    apply(scene) {
      const row = scene.supply('vase');
      scene.remove('supply', row);
      scene.put('supply', { ...row, key: 'another-key' });
      return row.key;
    },
  },
  {
    name: 'a supplied number that is wrong',
    breaks: 'I4',
    apply(scene) {
      const product = scene.product('vase');
      scene.change('product', product, { supplied: product.supplied + 1 });
      return 'vase';
    },
  },
  {
    name: 'a product that is gone',
    breaks: 'I10',
    apply(scene) {
      scene.remove('product', scene.product('vase'));
      return 'vase';
    },
  },
  {
    name: 'a product with another number of shards',
    breaks: 'I10',
    apply(scene) {
      scene.change('product', scene.product('vase'), { shardCount: 5 });
      return 'vase';
    },
  },
  {
    name: 'a price that no answer showed',
    breaks: 'I10',
    apply(scene) {
      scene.change('product', scene.product('vase'), { unitPrice: 1 });
      return 'vase';
    },
  },
  {
    name: 'a product in another currency than its orders, as it was answered',
    breaks: 'I10',
    apply(scene) {
      const product = { ...scene.product('vase'), currency: 'USD' as const };
      scene.change('product', product, product);
      scene.clients = { ...scene.clients, put: [product] };
      return `${scene.ids.fulfilled} costs EUR, its product vase is sold in USD`;
    },
  },
  {
    name: 'a product at an earlier version',
    breaks: 'I10',
    apply(scene) {
      scene.clients = { ...scene.clients, put: [{ ...scene.product('vase'), version: 2 }] };
      return 'vase';
    },
  },
  { name: 'a supply that nobody asked for, everywhere', breaks: 'I4', apply: supplyAgain },
  { name: 'a rejection although there was stock', breaks: 'I7', apply: supplyEarlier },
];
