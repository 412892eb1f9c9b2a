import { capitalize } from '../capitalize.ts';

/** Where the code has the rows of a table: its port, its stores, and the route that puts a row. */
export interface Rows {
  readonly table: string;
  /** The file of the port and of each store, without folder. */
  readonly file: string;
  readonly port: string;
  /** The function that opens a store. */
  readonly store: string;
  /** Its last method. */
  readonly last: string;
  /** Their map in memory. */
  readonly memory: string;
  /** Begins the names of their schema and of their keys. */
  readonly word: string;
  readonly body: string;
  readonly resource: string;
  readonly operation: string;
  /** The row of `stock` in the model that permits the route to write. */
  readonly access: string;
}

const products: Rows = {
  table: 'catalog',
  file: 'products',
  port: 'ProductWriter',
  store: 'productWriter',
  last: 'change',
  memory: 'products',
  word: 'product',
  body: 'putProductBody',
  resource: 'productResource',
  operation: 'putProduct',
  access: "={ kind: 'table', env: 'CATALOG_TABLE', table: 'catalog', actions: ['get', 'put', 'update'] }",
};

/** The rows of the catalog, or of a table that `add table` wrote. */
export function toRows(table: string): Rows {
  if (table === products.table) return products;
  const capital = capitalize(table);
  return {
    table,
    file: table,
    port: `${capital}Store`,
    store: `${table}Store`,
    last: 'put',
    memory: table,
    word: table,
    body: `put${capital}Body`,
    resource: `${table}Resource`,
    operation: `put${capital}`,
    access: `={ kind: 'table', env: '${table.toUpperCase()}_TABLE', table: '${table}', actions: ['get', 'put'] }`,
  };
}

/** An index on one attribute of a table's rows, in every spelling. */
export interface TableIndex extends Rows {
  readonly attribute: string;
  /** The longest value, in UTF-16 units. */
  readonly longest: number;
  /** Its name on DynamoDB. */
  readonly index: string;
  /** The method of the store. */
  readonly method: string;
  /** Such as `catalogByName`, and its constant in the contracts. */
  readonly id: string;
  readonly constant: string;
  /** The file of its code. */
  readonly module: string;
  /** The field of the answer. */
  readonly same: string;
  readonly answer: string;
}

export function toIndex(rows: Rows, attribute: string, longest: number): TableIndex {
  const capital = capitalize(attribute);
  const id = `${rows.table}By${capital}`;
  return {
    ...rows,
    attribute,
    longest,
    index: `by${capital}`,
    method: `listBy${capital}`,
    id,
    constant: `${id}Index`,
    module: `${rows.table}-by-${attribute.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    same: `same${capital}`,
    answer: `${rows.operation}Answer`,
  };
}
