/** Body of a post of the calibration. */
export const orderBody = (sku: string) => ({
  ...{ sku, quantity: 1, expectedPrice: { unitPrice: 1_999, currency: 'EUR' } },
});

/** What the code itself needs of a body. */
export const ownBodyBytes = Buffer.byteLength(JSON.stringify(orderBody('product-0')));
