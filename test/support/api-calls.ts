const orderId = '3c1e6b1e-6b0a-5d2e-9f43-0a8a1ad7f0c1';

/** A valid request for each route of the API, by service. */
export const apiCalls = {
  catalog: [
    ['GET', '/products'],
    ['GET', '/products/lamp'],
    ['GET', '/products/lamp/stock'],
  ],
  intake: [
    ['POST', '/orders', { sku: 'lamp', quantity: 1 }],
    ['GET', '/orders'],
    ['GET', `/orders/${orderId}`],
    ['DELETE', `/orders/${orderId}`],
  ],
  stock: [
    ['PUT', '/products/lamp', { name: 'Lamp', unitPrice: 1, currency: 'EUR' }],
    ['POST', '/products/lamp/stock', { quantity: 1 }],
  ],
} as const;
export type CalledService = keyof typeof apiCalls;

export const allCalls = (Object.keys(apiCalls) as CalledService[]).flatMap((service) =>
  apiCalls[service].map(([method, path, body]) => ({ service, method, path, body })),
);
