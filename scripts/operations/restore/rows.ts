import { isDeepStrictEqual } from 'node:util';

/** A row of any table. */
export interface Row {
  readonly pk: string;
  readonly sk?: string;
  readonly [attribute: string]: unknown;
}

/** Rows by their name. */
export type Rows = ReadonlyMap<string, Row>;

export const rowName = ({ pk, sk }: Pick<Row, 'pk' | 'sk'>): string => (sk === undefined ? pk : `${pk} ${sk}`);

export const byName = (rows: Iterable<Row>): Map<string, Row> => new Map([...rows].map((row) => [rowName(row), row]));

/** A change that a restore cannot recover exactly, or a contradiction between the sources. */
export interface Difference {
  /** The row, or the order. */
  readonly row: string;
  readonly reason: string;
  /** False: an operator has to decide. */
  readonly mended: boolean;
}

export interface RowChanges {
  readonly puts: readonly Row[];
  readonly deletes: readonly Row[];
}

/** The writes that turn the stored rows into the wanted ones; none if they are equal. */
export function findChanges(wanted: Rows, stored: Rows): RowChanges {
  return {
    puts: [...wanted].filter(([name, row]) => !isDeepStrictEqual(row, stored.get(name))).map(([, row]) => row),
    deletes: [...stored].filter(([name]) => !wanted.has(name)).map(([, row]) => row),
  };
}

/** One line for each row that differs from the wanted one. */
export function describeChanges(wanted: Rows, stored: Rows): string[] {
  const { puts, deletes } = findChanges(wanted, stored);
  const changed = puts.map((row) => {
    const found = stored.get(rowName(row));
    if (!found) return `${rowName(row)} is missing`;
    const names = new Set([...Object.keys(row), ...Object.keys(found)]);
    const different = [...names].filter((name) => !isDeepStrictEqual(row[name], found[name]));
    return `${rowName(row)} differs in ${different.join(', ')}`;
  });
  return [...changed, ...deletes.map((row) => `${rowName(row)} should not exist`)];
}
