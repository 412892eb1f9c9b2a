import type { Table } from './table.ts';

export const putTest = ({ name }: Table): string => `import { expect, test } from 'vitest';
import { stockApi } from '../../../functions/stock/api.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';
import { offer } from '../../support/actions.ts';
import { memorySystem } from '../../support/memory-system.ts';

const authenticate = async () => ({ customer: 'ada', admin: true });

function shop() {
  const system = memorySystem();
  const api = stockApi(system.ports, { authenticate });
  const put = (sku: string, text: string) =>
    api(
      requestEvent({
        method: 'PUT',
        rawPath: \`/products/\${sku}/${name}\`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
      }),
    );
  return { ...system, put };
}

test('creates the ${name} of a product, and then replaces them', async () => {
  const { put, ...system } = shop();
  await offer(system, 1);
  expect((await put('lamp', 'Bright.')).statusCode).toBe(201);
  const { statusCode, body = '' } = await put('lamp', 'Brighter.');
  expect([statusCode, JSON.parse(body)]).toEqual([200, { sku: 'lamp', text: 'Brighter.', changedAt: expect.any(String) }]);
  expect([...system.state.${name}.values()]).toEqual([JSON.parse(body)]);
});

test.each([
  ['an unknown product', 'unknown', 'Bright.', 404],
  ['an empty text', 'lamp', '', 400],
  ['half a character', 'lamp', '\\ud800', 400],
])('stores nothing for %s', async (_, sku, text, status) => {
  const { put, ...system } = shop();
  await offer(system, 1);
  expect((await put(sku, text)).statusCode).toBe(status);
  expect(system.state.${name}.size).toBe(0);
});
`;

export const readTest = ({ name, capital }: Table): string => `import { expect, test } from 'vitest';
import { read${capital} } from '../../../functions/catalog/read-${name}.ts';
import { offer } from '../../support/actions.ts';
import { memorySystem } from '../../support/memory-system.ts';

test('reads the ${name} of a product', async () => {
  const { ports, ...system } = memorySystem();
  await offer({ ports, ...system }, 1);
  await expect(read${capital}('lamp', ports)).rejects.toThrow('the product has no ${name}');
  const stored = { sku: 'lamp', text: 'Bright.', changedAt: ports.clock.now() };
  await ports.${name}.put(stored);
  expect(await read${capital}('lamp', ports)).toEqual(stored);
});

test('reads nothing of an unknown product', async () => {
  await expect(read${capital}('unknown', memorySystem().ports)).rejects.toThrow('no product has this sku');
});
`;

export const deployedTest = (table: Table): string =>
  table.owner === 'catalog' ? readDeployed(table) : putDeployed(table);

const begin = (imports: string, name: string) => `import { expect, test } from 'vitest';
import { ${imports} } from '../support/deployed.ts';

const put = (sku: string, text: string, token = adminToken) =>
  shop.call({ method: 'PUT', path: \`/products/\${sku}/${name}\`, token, body: { text } });
`;

const putDeployed = ({ name }: Table): string => `${begin('adminToken, freshProduct, shop, tokenOf', name)}
test('administrators put the ${name} of a product, and customers do not', async () => {
  const sku = await freshProduct();
  expect(await put(sku, 'Bright.')).toMatchObject({ status: 201, body: { sku, text: 'Bright.' } });
  expect(await put(sku, 'Brighter.')).toMatchObject({ status: 200, body: { sku, text: 'Brighter.' } });
  expect(await put(sku, 'Dark.', await tokenOf('ada'))).toMatchObject({ status: 403 });
});
`;

const readDeployed = ({
  name,
}: Table): string => `${begin('adminToken, freshProduct, shop, tokenOf', name)}const get = (sku: string) => shop.call({ method: 'GET', path: \`/products/\${sku}/${name}\` });

test('customers read the ${name} that administrators put last', async () => {
  const sku = await freshProduct();
  expect(await get(sku)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  expect(await put(sku, 'Bright.')).toMatchObject({ status: 201 });
  expect(await put(sku, 'Brighter.')).toMatchObject({ status: 200 });
  expect(await put(sku, 'Dark.', await tokenOf('ada'))).toMatchObject({ status: 403 });
  expect(await get(sku)).toMatchObject({ status: 200, body: { sku, text: 'Brighter.' } });
});
`;
