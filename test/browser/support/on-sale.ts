import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { ShopClient } from '../../../scripts/sale/client.ts';
import { adminToken, eventually, freshKey, platform } from '../../support/deployed.ts';

const api = new ShopClient(platform.apiUrl);

/** A product of this name with its units, once the shop's page shows it. */
export async function putOnSale(name: string, unitPrice: number, units: number): Promise<string> {
  const sku = `${name.toLowerCase().replace(/\W+/g, '-')}-${randomUUID().slice(0, 6)}`;
  const body = { name, unitPrice, currency: 'EUR', peakOrdersPerSecond: 100 };
  const path = `/products/${sku}`;
  expect(await api.call({ method: 'PUT', path, token: adminToken, body })).toMatchObject({ status: 201 });
  if (units > 0) expect(await api.restock(adminToken, sku, freshKey(), units)).toMatchObject({ status: 200 });
  // A page that opens before the edge has dropped its list shows the product at its next look, seconds later.
  await eventually(async () => expect(await (await fetch(`${platform.edgeUrl}/products`)).text()).toContain(sku));
  return sku;
}
