import { capitalize } from '../capitalize.ts';

/** The table's owner: customers read the rows of the catalog, only administrators those of stock. */
export const owners = ['catalog', 'stock'] as const;
export type Owner = (typeof owners)[number];

/** A table with a row per product, in every spelling. */
export interface Table {
  /** One word of small letters, the same in code, tables and documents. */
  readonly name: string;
  /** Capitalized, for types. */
  readonly capital: string;
  readonly upper: string;
  readonly owner: Owner;
}

export function toTable(name: string, owner: Owner): Table {
  return { name, capital: capitalize(name), upper: name.toUpperCase(), owner };
}
