import * as z from 'zod';
import { stockRow } from '../../../functions/adapters/single-partition/rows.ts';
import type { RawRow, Strays } from './strays.ts';

interface SupplyParts {
  readonly sku: string;
  readonly key: string;
  readonly parts: readonly { readonly shard: number; readonly quantity: number }[];
}

const arrivalRow = z.object({ quantity: z.int().min(1) });

/**
 * Units that moved between shards, by `sku|shard`: arrivals minus departures. Each arrival, of a supply or of a
 * transfer, has its own row, so that it is counted once.
 */
export function findMoves(
  { supplied, transfers, stock }: Readonly<Record<'supplied' | 'transfers' | 'stock', readonly RawRow[]>>,
  supplies: readonly SupplyParts[],
  strays: Strays,
): ReadonlyMap<string, number> {
  checkSupplied(supplied, supplies, strays);
  const sent = sentTransfers(stock);
  const moves = new Map<string, number>();
  const seen = new Set<string>();
  for (const row of transfers) {
    const quantity = strays.parseOne(row, arrivalRow, () => row.row)?.quantity;
    const [, sku, to, from, number] = /^STOCK\|([^|]+)\|(\d+) TRANSFER\|(\d+)\|(\d+)$/.exec(row.row) ?? [];
    if (sku === undefined || quantity === undefined) continue;
    const [source, target] = [`${sku}|${from}`, `${sku}|${to}`];
    const transfer = `${source} ${number}`;
    if (seen.has(transfer)) strays.add(row, `arrived before: transfer ${number} of shard ${from}`);
    if (Number(number) >= (sent.get(source) ?? 0)) strays.add(row, `arrived, but shard ${from} did not send it`);
    seen.add(transfer);
    moves.set(source, (moves.get(source) ?? 0) - quantity);
    moves.set(target, (moves.get(target) ?? 0) + quantity);
  }
  return moves;
}

function sentTransfers(rows: readonly RawRow[]): ReadonlyMap<string, number> {
  const sent = rows.map(({ row, content }) => {
    const [, shard = ''] = /^STOCK\|(\S+) /.exec(row) ?? [];
    return [shard, stockRow.safeParse(content).data?.sent ?? 0] as const;
  });
  return new Map(sent);
}

function checkSupplied(rows: readonly RawRow[], supplies: readonly SupplyParts[], strays: Strays): void {
  const wanted = new Map<string, { sku: string; quantity: number }>(
    supplies.flatMap(({ sku, key, parts }) =>
      parts.map(({ shard, quantity }) => [`STOCK|${sku}|${shard} SUPPLY|${key}`, { sku, quantity }] as const),
    ),
  );
  for (const row of rows) {
    const quantity = strays.parseOne(row, arrivalRow, () => row.row)?.quantity;
    const part = wanted.get(row.row);
    wanted.delete(row.row);
    if (!part) strays.add(row, 'is not part of a supply');
    else if (quantity !== undefined && part.quantity !== quantity)
      strays.add({ ...row, content: part }, `holds ${quantity} units, the supply has ${part.quantity}`);
  }
  for (const [row, part] of wanted) strays.add({ row, content: part }, 'is missing: a part of a supply never arrived');
}
