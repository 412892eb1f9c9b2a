import { holdingKey, shardKey } from '../../functions/adapters/memory/state.ts';
import { holdingMove, stockMove } from '../../functions/domain/order.ts';
import type { GroupLedger, GroupOutcome, Refused, Transition } from '../../functions/ports/ledger.ts';
import type { memorySystem } from './memory-system.ts';

type System = ReturnType<typeof memorySystem>;

/** A ledger of the memory system that commits groups, and remembers what it was asked to commit. */
export function memoryGroupLedger(system: System, outcomes: Exclude<GroupOutcome, 'committed'>[] = []) {
  const groups: { readonly orderIds: readonly string[]; readonly state: string | undefined }[] = [];
  const ledger: GroupLedger = {
    ...system.ports.ledger,
    maxPerTransaction: () => 3,
    maxRejections: 4,
    async commitTogether(transitions) {
      const orderIds = transitions.map(({ after }) => after.orderId);
      groups.push({ orderIds, state: transitions[0]?.after.state });
      const outcome = outcomes.shift() ?? findRefusal(system, transitions);
      if (outcome) return outcome;
      for (const transition of transitions) await system.ports.ledger.commit(transition);
      return 'committed';
    },
  };
  return { groups, ledger };
}

function findRefusal({ state }: System, transitions: readonly Transition[]): Refused | undefined {
  const stale = transitions.filter(({ before: { orderId, version } }) => {
    const { order } = state.orders.get(orderId) ?? {};
    return order?.version !== version;
  });
  const [taken, gained] = [new Map<string, number>(), new Map<string, number>()];
  const add = (sums: Map<string, number>, key: string, units: number) => sums.set(key, units + (sums.get(key) ?? 0));
  for (const { before, after } of transitions) {
    add(gained, holdingKey(after.sku, after.customer), holdingMove(before, after));
    for (const { shard, quantity } of stockMove(before, after).take) add(taken, shardKey(after.sku, shard), quantity);
  }
  const isOver = ({ before, after }: Transition) => {
    const key = holdingKey(after.sku, after.customer);
    const units = (state.holdings.get(key) ?? 0) + (gained.get(key) ?? 0);
    return holdingMove(before, after) > 0 && units > (after.limitPerCustomer ?? 0);
  };
  const idsOf = (some: readonly Transition[]) => new Set(some.map(({ before }) => before.orderId));
  const isShort = [...taken].some(([key, units]) => (state.shards.get(key)?.left ?? 0) < units);
  const overLimit = idsOf(transitions.filter(isOver));
  return stale.length + overLimit.size > 0 || isShort ? { stale: idsOf(stale), overLimit, isShort } : undefined;
}
