import { found, type Scene } from './corruptions.ts';
import { type Partitions, putRow, readValue } from './partitions.ts';
import type { StoreCorruption } from './suite.ts';

interface PartitionSystem {
  readonly partitions: Partitions;
}
type Home = { readonly home: { readonly attempt: number; readonly shard: number } };

/** Partition and row of the order's decision. */
function homeOf({ partitions }: PartitionSystem, scene: Scene) {
  const { orderId, sku } = scene.order('split');
  const { home } = readValue<Home>(partitions, [`ORDER|${orderId}`, 'ORDER']);
  return { orderId, ...home, partition: `STOCK|${sku}|${home.shard}`, row: `DECISION|${orderId}|${home.attempt}` };
}

/** The first row of a kind, with its partition. */
function firstRow({ partitions }: PartitionSystem, partition: string, row: string) {
  const rows = [...partitions].filter(([name]) => name.startsWith(partition));
  return found(
    rows.flatMap(([name, all]) =>
      [...all.values()].filter((one) => one.row.startsWith(row)).map((one) => ({ name, ...one })),
    )[0],
  );
}

/** Rows that only single-partition stores have. */
export const partitionCorruptions: readonly StoreCorruption<PartitionSystem>[] = [
  {
    name: 'a decision that is gone',
    breaks: 'I10',
    applyHere(system, scene) {
      const { partition, row, orderId } = homeOf(system, scene);
      system.partitions.get(partition)?.delete(row);
      return orderId;
    },
  },
  {
    name: 'a decision in another state than the order',
    breaks: 'I10',
    applyHere(system, scene) {
      const { partition, row, orderId } = homeOf(system, scene);
      const { change } = readValue<{ change: object }>(system.partitions, [partition, row]);
      putRow(system.partitions, partition, row, { kind: 'DECIDED', change: { ...change, state: 'CANCELLED' } });
      return orderId;
    },
  },
  {
    name: 'a second decision on another shard',
    breaks: 'I10',
    applyHere(system, scene) {
      const { partition, row, shard, orderId } = homeOf(system, scene);
      const copy = readValue(system.partitions, [partition, row]);
      putRow(system.partitions, partition.replace(/\d+$/, String(shard === 0 ? 1 : 0)), row, copy);
      return orderId;
    },
  },
  {
    name: 'a decision ahead of the home',
    breaks: 'I10',
    applyHere(system, scene) {
      const { partition, row, attempt, orderId } = homeOf(system, scene);
      const copy = readValue(system.partitions, [partition, row]);
      putRow(system.partitions, partition, `DECISION|${orderId}|${attempt + 1}`, copy);
      return orderId;
    },
  },
  {
    name: 'a decision about an order that does not exist',
    breaks: 'I10',
    applyHere(system, scene) {
      const { partition, row } = homeOf(system, scene);
      const copy = readValue(system.partitions, [partition, row]);
      const orderId = '00000000-0000-5000-8000-000000000000';
      putRow(system.partitions, partition, `DECISION|${orderId}|0`, copy);
      return orderId;
    },
  },
  {
    name: 'a home that was moved without a tombstone',
    breaks: 'I10',
    applyHere(system, scene) {
      const { orderId, attempt, shard } = homeOf(system, scene);
      const stored = readValue(system.partitions, [`ORDER|${orderId}`, 'ORDER']);
      putRow(system.partitions, `ORDER|${orderId}`, 'ORDER', { ...stored, home: { attempt: attempt + 1, shard } });
      return orderId;
    },
  },
  {
    name: 'a transfer that arrived twice',
    breaks: 'I10',
    applyHere(system) {
      const { name, row, value } = firstRow(system, 'STOCK|lamp', 'TRANSFER|');
      putRow(system.partitions, name.replace(/\d+$/, '3'), row, value);
      return row;
    },
  },
  {
    name: 'a transfer that was never sent',
    breaks: 'I10',
    applyHere(system) {
      putRow(system.partitions, 'STOCK|vase|0', 'TRANSFER|1|7', { quantity: 1 });
      return 'TRANSFER|1|7';
    },
  },
  {
    name: 'a transfer of another quantity',
    breaks: 'I4',
    applyHere(system) {
      const { name, row, value } = firstRow(system, 'STOCK|lamp', 'TRANSFER|');
      putRow(system.partitions, name, row, { quantity: (value as { quantity: number }).quantity + 1 });
      return 'lamp';
    },
  },
  {
    name: 'a part of a supply that never arrived',
    breaks: 'I10',
    applyHere(system) {
      const { name, row } = firstRow(system, 'STOCK|vase', 'SUPPLY|');
      system.partitions.get(name)?.delete(row);
      return row;
    },
  },
  {
    name: 'a part of no supply',
    breaks: 'I10',
    applyHere(system) {
      putRow(system.partitions, 'STOCK|vase|0', 'SUPPLY|another-key', { quantity: 1 });
      return 'SUPPLY|another-key';
    },
  },
  {
    name: 'a part of another quantity',
    breaks: 'I10',
    applyHere(system) {
      const { name, row } = firstRow(system, 'STOCK|vase', 'SUPPLY|');
      putRow(system.partitions, name, row, { quantity: 1 });
      return row;
    },
  },
  {
    name: 'a product that the catalog lacks',
    breaks: 'I10',
    applyHere(system) {
      system.partitions.get('CATALOG')?.delete('vase');
      return 'vase';
    },
  },
  {
    name: 'an unfinished supply that does not exist',
    breaks: 'I10',
    applyHere(system) {
      putRow(system.partitions, 'PRODUCT|vase', 'OPEN|another-key', {});
      return 'OPEN|another-key';
    },
  },
  {
    name: 'a guard in the partition of another slot',
    breaks: 'I10',
    applyHere(system, scene) {
      const { name, row, value } = firstRow(system, 'VIEW|', `COUNTED|${scene.ids.fulfilled}`);
      system.partitions.get(name)?.delete(row);
      putRow(system.partitions, `VIEW|${(Number(name.slice(5)) + 1) % 8}`, row, value);
      return scene.ids.fulfilled;
    },
  },
  {
    name: 'an event both in the outbox and handed over',
    breaks: 'I10',
    applyHere(system, scene) {
      const { name, row, value } = firstRow(system, 'STOCK|', `EVENT|${scene.ids.fulfilled}`);
      putRow(system.partitions, name, row.replace('EVENT', 'OUTBOX'), value);
      return scene.ids.fulfilled;
    },
  },
  ...(
    [
      ['STOCK|vase|0', 'NONSENSE'],
      ['NONSENSE', 'vase'],
      ['VIEW|0', 'HOUR|vase|2026-11-27T09'],
    ] as const
  ).map(
    ([partition, row]): StoreCorruption<PartitionSystem> => ({
      name: `a row of an unknown kind: ${partition} ${row}`,
      breaks: 'I10',
      applyHere(system) {
        putRow(system.partitions, partition, row, {});
        return `${partition} ${row}`;
      },
    }),
  ),
];
