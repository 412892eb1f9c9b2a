import type { StockResource } from '../../../functions/contracts/http.ts';
import { freshKey, freshProduct, freshSku, placeOrder, putProduct, waitForState } from './actions.ts';
import type { Deployment } from './deployment.ts';
import { expectSame, expectStatus, type Step } from './probe.ts';

export const catalogProbe: readonly Step[] = [
  {
    name: 'list the products',
    run: async ({ shop }) => expectStatus(200, await shop.once({ method: 'GET', path: '/products' })),
  },
  {
    name: 'read a product',
    run: async (deployment) => {
      const path = `/products/${await sharedProduct(deployment)}`;
      expectStatus(200, await deployment.shop.once({ method: 'GET', path }));
    },
  },
  {
    name: 'estimate its stock',
    run: async (deployment) => {
      const path = `/products/${await sharedProduct(deployment)}/stock`;
      const answer = await deployment.shop.once<StockResource>({ method: 'GET', path });
      expectStatus(200, answer);
      expectSame('units', 10, answer.body.supplied);
    },
  },
];

export const intakeProbe: readonly Step[] = [
  {
    name: 'place an order',
    run: async (deployment) => {
      await placeOrder(deployment, await sharedProduct(deployment));
    },
  },
  {
    name: 'repeat it with another quantity',
    run: async (deployment) => {
      const { shop, customerToken } = deployment;
      const [sku, key] = [await sharedProduct(deployment), freshKey()];
      await placeOrder(deployment, sku, 1, key);
      expectStatus(422, await shop.placeOrder(customerToken, key, { sku, quantity: 2 }));
    },
  },
  {
    name: 'read it',
    run: async (deployment) => {
      const { orderId } = await placeOrder(deployment, await sharedProduct(deployment));
      expectStatus(200, await deployment.shop.getOrder(deployment.customerToken, orderId));
    },
  },
  {
    name: 'list own orders',
    run: async ({ shop, customerToken }) =>
      expectStatus(200, await shop.once({ method: 'GET', path: '/orders', token: customerToken })),
  },
  {
    name: 'cancel a confirmed order',
    run: async (deployment) => {
      const { orderId } = await placeOrder(deployment, await freshProduct(deployment, 10));
      await waitForState(deployment, orderId, 'CONFIRMED');
      expectStatus(200, await deployment.shop.cancelOrder(deployment.customerToken, orderId));
    },
  },
];

export const stockProbe: readonly Step[] = [
  {
    name: 'create a product',
    run: async (deployment) => expectStatus(201, await putProduct(deployment, freshSku())),
  },
  {
    name: 'change it',
    run: async (deployment) => {
      const sku = freshSku();
      expectStatus(201, await putProduct(deployment, sku));
      expectStatus(200, await putProduct(deployment, sku, 1));
    },
  },
  {
    name: 'restock it',
    run: async (deployment) => {
      await freshProduct(deployment, 10);
    },
  },
  {
    name: 'repeat a restock with the same and another quantity',
    run: async ({ shop, adminToken, ...rest }) => {
      const [sku, key] = [await freshProduct({ shop, adminToken, ...rest }, 10), freshKey()];
      const first = await shop.restock(adminToken, sku, key, 5);
      const again = await shop.restock(adminToken, sku, key, 5);
      expectStatus(200, first);
      expectStatus(200, again);
      expectSame('the first answer', first.body, again.body);
      expectStatus(422, await shop.restock(adminToken, sku, key, 6));
    },
  },
];

const products = new WeakMap<Deployment, Promise<string>>();

/** One shared product for all steps that only read it or buy one unit. */
function sharedProduct(deployment: Deployment): Promise<string> {
  const sku = products.get(deployment) ?? freshProduct(deployment, 10);
  products.set(deployment, sku);
  return sku;
}
