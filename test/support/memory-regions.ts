import { stockLevels } from '../../functions/adapters/memory/stock.ts';
import { divideForLoan } from '../../functions/domain/stock.ts';
import { type BorrowPorts, borrower } from '../../functions/lending/borrow.ts';
import type { Lender, Transfer, TransferReceiver } from '../../functions/ports/transfers.ts';
import { offer, type System } from './actions.ts';
import { memorySystem } from './memory-system.ts';

/** A region in memory: its stock, and the transfers that left it. */
export interface MemoryRegion {
  readonly name: string;
  readonly system: System;
  readonly sent: Map<string, Transfer>;
  readonly open: Set<string>;
  readonly lender: Lender;
  readonly receiver: TransferReceiver;
}

function move({ state }: System, sku: string, parts: readonly { shard: number; quantity: number }[], sign: 1 | -1) {
  for (const { shard, quantity } of parts) {
    const { left = 0, allocated = 0 } = state.shards.get(`${sku}#${shard}`) ?? {};
    state.shards.set(`${sku}#${shard}`, { left: left + sign * quantity, allocated: allocated + sign * quantity });
  }
}

function regionOf(name: string, system: System): MemoryRegion {
  const sent = new Map<string, Transfer>();
  const open = new Set<string>();
  const received = new Set<string>();
  const lender: Lender = {
    region: name,
    async lend({ wanted, ...request }) {
      const before = sent.get(request.id);
      if (before) return before;
      const levels = (await stockLevels(system.state).snapshot(request.sku, request.shardCount)) ?? [];
      const parts = divideForLoan(levels, wanted);
      if (parts.length === 0) return 'none left';
      const quantity = parts.reduce((sum, part) => sum + part.quantity, 0);
      const transfer = { ...request, from: name, quantity };
      move(system, request.sku, parts, -1);
      sent.set(transfer.id, transfer);
      open.add(transfer.id);
      return transfer;
    },
    listOpen: async (to) => [...sent.values()].filter((one) => one.to === to && open.has(one.id)),
    close: async ({ id }) => void open.delete(id),
  };
  const receiver: TransferReceiver = {
    async receive({ id, sku }, parts) {
      if (received.has(id)) return 'repeated';
      received.add(id);
      move(system, sku, parts, 1);
      return 'received';
    },
  };
  return { name, system, sent, open, lender, receiver };
}

/** Regions that offer the same product, each with units of its own; the first one may borrow from the others. */
export async function memoryRegions(units: readonly number[], { shards = 4 } = {}) {
  const regions = units.map((_, index) => regionOf(`region-${index}`, memorySystem()));
  for (const [index, { system }] of regions.entries()) await offer(system, units[index] ?? 0, { shards });
  const [own, ...others] = regions;
  if (!own) throw new Error('there must be a region');
  let id = 0;
  const unreachable: string[] = [];
  const ports: BorrowPorts = {
    ...own.system.ports,
    region: own.name,
    receiver: own.receiver,
    lenders: others.map(({ lender }) => lender),
    newId: () => `transfer-${id++}`,
    onUnreachable: (region) => void unreachable.push(region),
  };
  const borrowWith = (change: Partial<BorrowPorts> = {}) => borrower({ ...ports, ...change });
  const left = (region: MemoryRegion) =>
    [...region.system.state.shards.values()].reduce((sum, shard) => sum + shard.left, 0);
  return { own, others, ports, borrowWith, left, unreachable };
}
