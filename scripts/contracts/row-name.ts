interface Keys {
  readonly pk?: unknown;
  readonly sk?: unknown;
}

/** The kind of a row, from its keys: `orders EVENT`, `views SALES MINUTE`, `stock HOLDING`. */
export function nameRow(table: string, { pk, sk }: Keys): string {
  const kind = (key: unknown) => /^[A-Z]+/.exec(String(key))?.[0] ?? String(key);
  if (sk === undefined) return `${table} ${kind(pk)}`;
  return kind(pk) === kind(sk) || table === 'orders' ? `${table} ${kind(sk)}` : `${table} ${kind(pk)} ${kind(sk)}`;
}
