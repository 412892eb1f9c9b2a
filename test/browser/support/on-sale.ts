import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { ShopClient } from '../../../scripts/sale/client.ts';
import { adminToken, eventually, freshKey, platform } from '../../support/deployed.ts';

const api = new ShopClient(platform.apiUrl);

/** Creates and stocks a product, and waits until the edge lists it. */
export async function putOnSale(name: string, unitPrice: number, units: number): Promise<string> {
  const sku = `${name.toLowerCase().replace(/\W+/g, '-')}-${randomUUID().slice(0, 6)}`;
  const body = { name, unitPrice, currency: 'EUR', peakOrdersPerSecond: 100 };
  const path = `/products/${sku}`;
  expect(await api.call({ method: 'PUT', path, token: adminToken, body })).toMatchObject({ status: 201 });
  if (units > 0) expect(await api.restock(adminToken, sku, freshKey(), units)).toMatchObject({ status: 200 });
  // A page opened before the cached list is dropped would show the product only seconds later.
  await eventually(async () => expect(await (await fetch(`${platform.edgeUrl}/products`)).text()).toContain(sku));
  return sku;
}
