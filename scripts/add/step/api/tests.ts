import type { Spelling } from '../spelling.ts';

/** Behaviour of the route, in memory. */
export const unitTest = ({ name, capital }: Spelling): string => `import { expect, test } from 'vitest';
import { rehearsalSku } from '../../../functions/domain/rehearsal.ts';
import { ${name}Api } from '../../../functions/${name}/api.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';
import { offer } from '../../support/actions.ts';
import { memorySystem } from '../../support/memory-system.ts';

const times = { CACHE_BROWSER_SECONDS: 0, CACHE_EDGE_SECONDS: 10, CACHE_STALE_SECONDS: 0, CACHE_ERROR_SECONDS: 0 };

async function read${capital}(sku: string) {
  const system = memorySystem();
  await offer(system, 1);
  return ${name}Api(system.ports, times, undefined)(requestEvent({ rawPath: \`/products/\${sku}/${name}\` }));
}

test('reads the ${name} of a product, for as long as the CDN may keep them', async () => {
  const { statusCode, headers, body } = await read${capital}('lamp');
  expect(statusCode).toBe(200);
  expect(headers).toMatchObject({ 'cache-control': expect.stringContaining('s-maxage=10,') });
  expect(JSON.parse(body ?? '')).toEqual({ sku: 'lamp' });
});

test.each(['unknown', 'NOT-A-SKU', rehearsalSku])('finds none of the product %s', async (sku) => {
  const { statusCode, headers, body } = await read${capital}(sku);
  expect(statusCode).toBe(404);
  expect(headers).toMatchObject({ 'cache-control': 'no-store' });
  expect(JSON.parse(body ?? '')).toMatchObject({ code: 'NOT_FOUND' });
});
`;

/** The deployed function, behind the API and the CDN. */
export const deployedTest = ({ name, capital }: Spelling): string => `import { expect, test } from 'vitest';
import type { ${capital}Resource } from '../../functions/contracts/http.ts';
import { ShopClient } from '../../scripts/sale/client.ts';
import { eventually, freshProduct, platform, shop } from '../support/deployed.ts';

const read = (sku: string, from = shop) =>
  from.call<${capital}Resource>({ method: 'GET', path: \`/products/\${sku}/${name}\` });

test('reads the ${name} of a product', async () => {
  const sku = await freshProduct();
  await eventually(async () => {
    const { status, headers, body } = await read(sku);
    expect({ status, body }).toEqual({ status: 200, body: { sku } });
    expect(headers.get('cache-control')).toMatch(/^public, .*s-maxage=\\d+/);
  });
});

test('finds none of an unknown product', async () => {
  expect(await read('unknown')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
});

test('the edge sends the read to ${name}, and answers a second one itself', async (context) => {
  context.skip(platform.engine === 'aws', 'CloudFront is the edge: the local one does not run');
  const sku = await freshProduct();
  const edge = new ShopClient(platform.edgeUrl);
  await eventually(async () => {
    const { status, headers, body } = await read(sku, edge);
    expect({ status, body }).toEqual({ status: 200, body: { sku } });
    expect(headers.get('x-cache')).toMatch(/^Hit/);
  });
});
`;
