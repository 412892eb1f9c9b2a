import type { PutProductBody } from '../../functions/contracts/http.ts';
import { CliError } from '../cli.ts';
import type { Platform } from './platform.ts';

export interface DemoProduct extends PutProductBody {
  readonly sku: string;
  readonly units: number;
}

/** Products of the demonstration sale: one that everybody wants, and three for the rest. */
export const demoProducts: readonly DemoProduct[] = [
  {
    sku: 'console-x',
    name: 'Game console X',
    unitPrice: 49_900,
    currency: 'EUR',
    peakOrdersPerSecond: 2_000,
    units: 1_000,
  },
  { sku: 'headphones', name: 'Headphones', unitPrice: 12_900, currency: 'EUR', peakOrdersPerSecond: 500, units: 600 },
  { sku: 'kettle', name: 'Kettle', unitPrice: 3_900, currency: 'EUR', peakOrdersPerSecond: 200, units: 400 },
  { sku: 'mug-blue', name: 'Blue mug', unitPrice: 990, currency: 'EUR', peakOrdersPerSecond: 200, units: 400 },
];

type Api = Pick<Platform, 'apiUrl' | 'issuer'>;

/** Puts products on sale through the API, as an admin would. A product that is there already stays as it is. */
export async function seed({ apiUrl, issuer }: Api, products: readonly DemoProduct[] = demoProducts): Promise<void> {
  const authorization = `Bearer ${await issuer.token({ customer: 'seed', admin: true })}`;
  await Promise.all(
    products.map(async ({ sku, units, ...product }) => {
      const path = `${apiUrl}/products/${sku}`;
      await send('PUT', path, product, { authorization }, [201, 409]);
      await send(
        'POST',
        `${path}/stock`,
        { quantity: units },
        { authorization, 'idempotency-key': `seed-${sku}` },
        [200],
      );
    }),
  );
}

async function send(
  method: string,
  url: string,
  body: object,
  headers: Record<string, string>,
  expected: readonly number[],
): Promise<void> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (expected.includes(response.status)) return;
  throw new CliError(
    'seed_failed',
    `${method} ${url} answered ${response.status}, expected ${expected.join(' or ')}: ${text.slice(0, 300)}`,
    'The API is up but does not work as it should: the log of the functions says more.',
  );
}
