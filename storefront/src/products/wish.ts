/** What somebody wanted to buy before they were signed in: they come back to it. */
const item = 'wish';

export function wish(sku: string, quantity: number): void {
  sessionStorage.setItem(item, JSON.stringify({ sku, quantity }));
}

/** The quantity, if this product was the wish. */
export function takeWish(sku: string): number | undefined {
  const wished = JSON.parse(sessionStorage.getItem(item) ?? 'null') as { sku: string; quantity: number } | null;
  if (wished?.sku !== sku) return undefined;
  sessionStorage.removeItem(item);
  return wished.quantity;
}
