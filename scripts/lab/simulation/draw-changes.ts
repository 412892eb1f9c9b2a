/** Changes of products during a sale of `saleMs`: some products get one, at any time. */
export function drawChanges(
  skus: readonly string[],
  saleMs: number,
  draw: () => number,
  between: (low: number, high: number) => number,
) {
  return skus
    .map((sku) => ({
      name: `change-${sku}`,
      sku,
      body: {
        name: sku,
        unitPrice: between(1, 5_000),
        currency: 'EUR' as const,
        peakOrdersPerSecond: between(1, 6_400),
      },
      atMs: draw() * saleMs,
    }))
    .filter(() => draw() < 0.3);
}
