import type * as z from 'zod';
import type { Stray } from './snapshot.ts';

export interface RawRow {
  /** The whole key, as text. */
  readonly row: string;
  readonly content: unknown;
}

/** The key that a row must have by its content. */
type KeyOf<Value> = (value: Value, row: string) => string;

/** Parses rows, and collects those that are unreadable, unknown or misplaced. */
export class Strays {
  readonly all: Stray[] = [];

  add({ row, content }: RawRow, reason: string): void {
    this.all.push({ row, reason, sku: skuIn(content) });
  }

  /** Parses rows of one kind. Leaves out each row that is unreadable, or that is not stored under its own key. */
  parse<Value>(rows: readonly RawRow[], schema: z.ZodType<Value>, keyOf: KeyOf<Value>): Value[] {
    return rows.flatMap((row) => this.parseOne(row, schema, keyOf) ?? []);
  }

  parseOne<Value>(row: RawRow, schema: z.ZodType<Value>, keyOf: KeyOf<Value>): Value | undefined {
    const { success, data, error } = schema.safeParse(row.content);
    if (!success) {
      const [issue] = error.issues;
      this.add(row, `is unreadable: ${issue?.path.join('.')}: ${issue?.message}`);
      return undefined;
    }
    const key = keyOf(data, row.row);
    if (key === row.row) return data;
    this.add(row, `holds what belongs to ${key}`);
    return undefined;
  }
}

function skuIn(content: unknown): string | undefined {
  const { sku, order } = (content ?? {}) as { sku?: unknown; order?: { sku?: unknown } };
  const found = sku ?? order?.sku;
  return typeof found === 'string' ? found : undefined;
}
