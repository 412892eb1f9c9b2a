import Table from 'cli-table3';
import { awsPrices } from '../../../prices/aws/prices.ts';
import { bill } from '../../../prices/bill.ts';
import { toCents } from '../../../prices/money.ts';
import type { Protocol } from '../protocols.ts';
import type { Costs, CountedSale } from './measure.ts';

/** Maximum per order of a sold-out product, or of a sale that sells out, in batches of 100. */
export const costLimits = { calls: 1.3, writes: 9, reads: 2 };

interface Row {
  readonly name: string;
  readonly sale: CountedSale;
  /** How far `costLimits` apply: all of them, only the calls, or none. */
  readonly bound: 'all' | 'calls' | 'none';
}

interface Counted extends Row {
  readonly costs: Costs;
}

/** Few units: the first batch takes them, so nearly all orders are rejected. */
const soldOut = { orders: 2_000, units: 8 };

const onAws: readonly Row[] = [8, 20, 64].flatMap((shards) => {
  const sale = { protocol: 'dynamodb' as const, shards, batch: 100 };
  return [
    { name: 'confirmed', bound: 'none', sale: { ...sale, orders: 2_000, units: 1_000_000 } },
    { name: 'sold out', bound: 'all', sale: { ...sale, ...soldOut } },
    {
      name: 'beyond the limit of its customer, 10 orders each',
      bound: 'none',
      sale: { ...sale, orders: 2_000, units: 1_000_000, limited: { ordersOfEach: 10, limit: 1 } },
    },
    { name: '10,000 orders for 1,000 units', bound: 'calls', sale: { ...sale, orders: 10_000, units: 1_000 } },
  ] as const;
});

/** These clouds deliver single messages; an instance settles ten concurrently, which share snapshots. */
const elsewhere = (protocol: Protocol): readonly Row[] =>
  [8, 64].flatMap((shards) => {
    const sale = { protocol, shards, batch: 10, orders: 200 };
    return [
      { name: 'confirmed', bound: 'none', sale: { ...sale, units: 1_000_000 } },
      { name: 'sold out', bound: 'none', sale: { ...sale, units: 0 } },
    ] as const;
  });

export async function countCosts(protocols: readonly Protocol[]): Promise<readonly Counted[]> {
  // The logger reads this when loaded.
  process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
  const { measureCosts } = await import('./measure.ts');
  const counted: Counted[] = [];
  const rows = protocols.flatMap((protocol) => (protocol === 'dynamodb' ? onAws : elsewhere(protocol)));
  for (const row of rows) counted.push({ ...row, costs: await measureCosts(row.sale) });
  return counted;
}

/** Averages per order. */
export function perOrder({ orders, calls, units }: Costs) {
  const tables = [...units.values()];
  const sum = (side: 'reads' | 'writes') => tables.reduce((total, each) => total + each[side], 0) / orders;
  return { calls: calls / orders, writes: sum('writes'), reads: sum('reads') };
}

export function isWithin({ bound, costs }: Counted): boolean {
  const { calls, writes, reads } = perOrder(costs);
  const units = writes <= costLimits.writes && reads <= costLimits.reads;
  return bound === 'none' || (calls <= costLimits.calls && (bound === 'calls' || units));
}

export function formatCosts(counted: readonly Counted[]): string {
  const head = ['store', 'shards', 'batch', 'orders', 'confirmed', 'calls', 'WRU', 'RRU', '$ a million', ''];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const row of counted) {
    const { protocol, shards, batch } = row.sale;
    const { calls, writes, reads } = perOrder(row.costs);
    const units =
      row.costs.units.size > 0 ? [writes.toFixed(2), reads.toFixed(2), dollarsOf(writes, reads)] : ['', '', ''];
    const verdict = row.bound === 'none' ? '' : isWithin(row) ? 'ok' : 'FAILED';
    table.push([protocol, shards, batch, row.name, row.costs.confirmed, calls.toFixed(2), ...units, verdict]);
  }
  const { calls, writes, reads } = costLimits;
  return [
    table.toString(),
    `Settlement's share of an order, without indexes. Limits: ${calls} calls, ${writes} WRU, ${reads} RRU.`,
    'Dollars: the units of a million orders, on demand in us-east-1.',
    '',
  ].join('\n');
}

function dollarsOf(writes: number, reads: number): string {
  const quantities = { 'dynamodb.writes': writes * 1e6, 'dynamodb.reads': reads * 1e6 };
  return toCents(bill(quantities, awsPrices, { region: 'us-east-1' }).total);
}
