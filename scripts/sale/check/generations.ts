import * as z from 'zod';

/** Names the live generation. Without this row, the first generation is live, which has no name. */
const liveRow = { pk: 'VIEWS', content: z.object({ generation: z.string().default('') }) };

type Keyed = Readonly<Record<string, unknown>>;

/** Splits the generation off a view row; undefined for the row that names the live generation. */
export function splitGeneration<Row extends Keyed>(row: Row): { generation: string; row: Row } | undefined {
  if (row.pk === liveRow.pk) return undefined;
  const [generation = '', ...rest] = String(row.pk).split('#');
  // Only row kinds are in capitals: `ORDER#`, `SALES#`.
  return /^[A-Z]/.test(generation) ? { generation: '', row } : { generation, row: { ...row, pk: rest.join('#') } };
}

/** Rows of the live generation. */
export function liveRows<Row extends Keyed>(rows: readonly Row[]): Row[] {
  const live = liveRow.content.parse(rows.find(({ pk }) => pk === liveRow.pk) ?? {}).generation;
  return rows.flatMap((row) => {
    const split = splitGeneration(row);
    return split?.generation === live ? [split.row] : [];
  });
}
