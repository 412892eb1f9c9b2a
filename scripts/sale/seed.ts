import type { PutProductBody } from '../../functions/contracts/http.ts';
import { CliError } from '../cli/cli.ts';
import type { Platform } from '../platform/platform.ts';
import { type Answer, ShopClient } from './client.ts';

export interface DemoProduct extends PutProductBody {
  readonly sku: string;
  readonly units: number;
}

/** Products of the demonstration sale: one hot product, one with a limit per customer, and two others. */
export const demoProducts: readonly DemoProduct[] = [
  {
    sku: 'console-x',
    name: 'Game console X',
    unitPrice: 49_900,
    currency: 'EUR',
    peakOrdersPerSecond: 2_000,
    units: 1_000,
  },
  {
    ...{ sku: 'headphones', name: 'Headphones', unitPrice: 12_900, currency: 'EUR', peakOrdersPerSecond: 500 },
    limitPerCustomer: 5,
    units: 600,
  },
  { sku: 'kettle', name: 'Kettle', unitPrice: 3_900, currency: 'EUR', peakOrdersPerSecond: 200, units: 400 },
  { sku: 'mug-blue', name: 'Blue mug', unitPrice: 990, currency: 'EUR', peakOrdersPerSecond: 200, units: 400 },
];

type Api = Pick<Platform, 'apiUrl'> & { readonly issuer: Pick<Platform['issuer'], 'token'> };

/** Puts products on sale through the API, as an admin would. Existing products stay unchanged. */
export async function seed({ apiUrl, issuer }: Api, products: readonly DemoProduct[] = demoProducts): Promise<void> {
  const shop = new ShopClient(apiUrl, { afterFailure: true });
  const token = await issuer.token({ customer: 'seed', admin: true });
  await Promise.all(
    products.map(async ({ sku, units, ...product }) => {
      const path = `/products/${sku}`;
      // 200: an earlier attempt, whose answer was lost, has already created the product.
      expectStatus(path, await shop.call({ method: 'PUT', path, token, body: product }), [200, 201, 409]);
      expectStatus(`${path}/stock`, await shop.restock(token, sku, `seeded-${sku}`, units), [200]);
    }),
  );
}

function expectStatus(path: string, { status, body }: Answer, expected: readonly number[]): void {
  if (expected.includes(status)) return;
  throw new CliError(
    'seed_failed',
    `${path} returned ${status}, expected ${expected.join(' or ')}: ${JSON.stringify(body)?.slice(0, 300)}`,
    'The API responds but is broken. Check the log of the functions.',
  );
}
