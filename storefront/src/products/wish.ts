/** The purchase to return to after signing in. */
const item = 'wish';

export function wish(sku: string, quantity: number): void {
  sessionStorage.setItem(item, JSON.stringify({ sku, quantity }));
}

/** Returns and clears the wished quantity; undefined for other products. */
export function takeWish(sku: string): number | undefined {
  const wished = JSON.parse(sessionStorage.getItem(item) ?? 'null') as { sku: string; quantity: number } | null;
  if (wished?.sku !== sku) return undefined;
  sessionStorage.removeItem(item);
  return wished.quantity;
}
