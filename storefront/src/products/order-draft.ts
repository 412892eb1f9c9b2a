const item = 'order-draft';

/** Keeps what to buy after signing in. */
export function saveOrderDraft(sku: string, quantity: number): void {
  sessionStorage.setItem(item, JSON.stringify({ sku, quantity }));
}

/** Returns and clears the drafted quantity; undefined for other products. */
export function takeOrderDraft(sku: string): number | undefined {
  const draft = JSON.parse(sessionStorage.getItem(item) ?? 'null') as { sku: string; quantity: number } | null;
  if (draft?.sku !== sku) return undefined;
  sessionStorage.removeItem(item);
  return draft.quantity;
}
