import { MemoryPartitions } from '../../../../functions/adapters/memory/partition-store.ts';
import { coordinationPartition } from '../../../../functions/adapters/single-partition/keys.ts';
import { mendProduct, relayEvents } from '../../../../functions/adapters/single-partition/relay.ts';
import { decisionRow, orderRow, stockRow } from '../../../../functions/adapters/single-partition/rows.ts';
import type { PartitionStore, Write, WriteOutcome } from '../../../../functions/adapters/single-partition/store.ts';
import { holdingRow, noteRow } from '../../../../functions/contracts/rows.ts';
import { partitionPorts, toSnapshot } from '../../../sale/single-partition-system.ts';
import { failure, simulateChannels } from '../channels.ts';
import type { Platform, World } from '../platform.ts';
import { running } from './running.ts';

/** The real single-partition protocol, over a simulated Table Storage. */
export function partitionPlatform(world: World): Platform {
  const memory = new MemoryPartitions((...change) => watch(world, ...change));
  const store = simulatePartitionStore(world, memory);
  running.store = store;
  const ports = { ...partitionPorts(store), ...simulateChannels(world) };
  return {
    ports,
    // Lists read the orders' index rows, which only the sweep updates.
    lags: { listLagMs: 0, listedStateLagMs: Number.POSITIVE_INFINITY, productLagMs: 0, postponedLagMs: 0 },
    eventOf: () => undefined,
    dump: () =>
      [...memory.partitions].map(([name, rows]) => [name, [...rows.values()].sort((a, b) => (a.row < b.row ? -1 : 1))]),
    snapshot: () => toSnapshot(memory.partitions),
    async sweep(sku, hand) {
      await mendProduct(store, sku);
      const shards = (await ports.products.find(sku))?.shardCount ?? 0;
      for (let shard = 0; shard < shards; shard++) await relayEvents(store, { sku, shard }, hand);
    },
  };
}

/** Table Storage whose calls take time and may fail. */
export function simulatePartitionStore({ calls }: Pick<World, 'calls'>, memory: MemoryPartitions): PartitionStore {
  const call = <Answer>(
    name: string,
    work: () => Answer,
    busy: () => Answer | Error,
    refused = busy,
  ): Promise<Answer> =>
    calls.make<Answer>({
      name,
      execute(answer, { conflict }) {
        // On this store, a conflict is a failed condition: another process wrote in between.
        answer(conflict ? refused() : work());
      },
      busy,
      lost: () => timeout,
    });
  const timeout = failure('TimeoutError');
  const serverBusy = failure('ServerBusy');
  // A read cannot be rejected.
  const query = <Answer>(name: string, work: () => Answer) => call<Answer>(name, work, () => serverBusy, work);
  return {
    read: (...args) => query('read', () => memory.read(...args)),
    list: (...args) => query('list', () => memory.list(...args)),
    write: (...args) => {
      const name = `write ${args[0].split('|')[0]}`;
      return call<WriteOutcome>(
        name,
        () => memory.write(...args),
        () => 'busy',
        () => (hasRivals(...args) ? 'refused' : memory.write(...args)),
      );
    },
  };
}

/** Only the request itself inserts these rows, so a rejection would mean that they already exist. */
function hasRivals(partition: string, writes: readonly Write[]): boolean {
  const isOwn = ['ORDER|', 'CUSTOMER|', 'OPENORDER|'].some((kind) => partition.startsWith(kind));
  return !(isOwn && writes.every(({ kind }) => kind === 'insert'));
}

function watch({ witness, noted }: World, partition: string, row: string, before: unknown, after: unknown): void {
  if (partition === coordinationPartition && row.startsWith('NOTE|')) noted?.(noteRow.parse(after).text);
  const [kind, id = ''] = partition.split('|');
  if (kind === 'ORDER' && before === undefined) {
    const { sku, customer } = orderRow.parse(after).order;
    witness.opened(id, sku, customer);
  }
  if (kind !== 'STOCK') return;
  if (row === 'STOCK') witness.stockMoved(id, Number(leftOf(after)), freeIn(after) - freeIn(before));
  if (row.startsWith('HOLDING|')) {
    const { customer, units } = holdingRow.parse(after);
    witness.holdingMoved(id, customer, units);
  }
  const decision = row.startsWith('DECISION|') ? decisionRow.parse(after) : undefined;
  if (decision?.kind === 'DECIDED') witness.moved(row.split('|')[1] ?? '');
  const rejected = decision?.kind === 'DECIDED' && decision.change.state === 'REJECTED';
  if (rejected) witness.rejected(row.split('|')[1] ?? '');
}

const leftOf = (value: unknown) => (value as { left: number }).left;

/** Units in transfer to another shard still count as free. */
function freeIn(value: unknown): number {
  if (value === undefined) return 0;
  const { left, outgoing } = stockRow.parse(value);
  return left + (outgoing?.quantity ?? 0);
}
