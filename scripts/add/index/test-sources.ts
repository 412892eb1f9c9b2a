import type { TableIndex } from './table-index.ts';

/** How a test stores a row, and how it gives it another value. */
const writes = ({ table, attribute, memory }: TableIndex): string =>
  table === 'catalog'
    ? `const details = (${attribute}: string) => ({ ...lamp, ${attribute}, changedAt: now() });
  const create = (sku: string, ${attribute}: string) =>
    system().ports.products.create({ ...details(${attribute}), sku, version: 1, shardCount: 1, supplied: 0 });
  async function change(sku: string, ${attribute}: string): Promise<void> {
    const { products } = system().ports;
    await products.change(sku, (await products.find(sku))?.version ?? 0, details(${attribute}));
  }`
    : `const create = (sku: string, ${attribute}: string) =>
    system().ports.${memory}.put({ ...row, sku, ${attribute}, changedAt: now() });
  const change = create;`;

const sample = ({ table }: TableIndex): string =>
  table === 'catalog'
    ? "const lamp = { name: 'Lamp', unitPrice: 1, currency: 'EUR' } as const;"
    : "const row = { text: 'Bright.' };";

export const conformance = (index: TableIndex): string => `import { expect, test, vi } from 'vitest';
import { freshSku, now, type System } from './system.ts';

${sample(index)}

export function ${index.id}Tests(system: () => System): void {
  ${writes(index)}

  async function list(value: string): Promise<readonly string[]> {
    const skus: string[] = [];
    let next: string | undefined;
    do {
      const page = await system().ports.${index.memory}.${index.method}(value, 2, next);
      skus.push(...page.skus);
      next = page.next;
    } while (next !== undefined);
    return skus;
  }

  /** An index may lag. */
  const expectListed = (value: string, skus: readonly string[]) =>
    vi.waitFor(async () => expect(await list(value)).toEqual(skus.toSorted()), { timeout: 5_000, interval: 50 });

${testPages(index)}
${testChange(index)}
${testTexts(index)}}
`;

const testPages = (
  index: TableIndex,
): string => `  test('lists the rows of one ${index.attribute} of ${index.table} by page, and none of another', async () => {
    const [value, other] = [freshSku(), freshSku()];
    const skus = [freshSku(), freshSku(), freshSku()];
    for (const sku of skus) await create(sku, value);
    const apart = freshSku();
    await create(apart, other);
    await expectListed(value, skus);
    await expectListed(other, [apart]);
    expect(await list(freshSku())).toEqual([]);
  });
`;

const testChange = (
  index: TableIndex,
): string => `  test('lists a row of ${index.table} by its new ${index.attribute} alone, and again after a change back', async () => {
    const [sku, before, after] = [freshSku(), freshSku(), freshSku()];
    await create(sku, before);
    await expectListed(before, [sku]);
    await change(sku, after);
    await expectListed(after, [sku]);
    await expectListed(before, []);
    await change(sku, before);
    await expectListed(before, [sku]);
    await expectListed(after, []);
  });
`;

const testTexts = (index: TableIndex): string => `  test.each([
    ['characters that keys may not have', '/\\\\#?|% '],
    ['as many bytes as there can be', '€'],
  ])('lists a row of ${index.table} by its ${index.attribute} of %s', async (_, text) => {
    const sku = freshSku();
    const value = \`\${sku}\${text.repeat(${index.longest})}\`.slice(0, ${index.longest});
    await create(sku, value);
    await expectListed(value, [sku]);
  });
`;

/** What the route is sent, with the attribute as a variable. */
function bodyOf({ table, attribute }: TableIndex): string {
  const others = table === 'catalog' ? { name: "'Lamp'", unitPrice: '1', currency: "'EUR'" } : { text: "'Bright.'" };
  const rest = Object.entries(others).filter(([name]) => name !== attribute);
  return `{ ${[...rest.map((one) => one.join(': ')), attribute].join(', ')} }`;
}

const pathOf = ({ table }: TableIndex): string => `/products/\${sku}${table === 'catalog' ? '' : `/${table}`}`;

export const unitTest = (index: TableIndex): string => `import { expect, test } from 'vitest';
import { stockApi } from '../../../functions/stock/api.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';
${offers(index) ? "import { offer } from '../../support/actions.ts';\n" : ''}import { memorySystem } from '../../support/memory-system.ts';

function shop() {
  const system = memorySystem();
  const api = stockApi(system.ports, { authenticate: async () => ({ customer: 'ada', admin: true }) });
  return async (sku: string, ${index.attribute}: string) => {${offers(index) ? '\n    await offer(system, 1, { sku });' : ''}
    const { body = '' } = await api(
      requestEvent({
        method: 'PUT',
        rawPath: \`${pathOf(index)}\`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(${bodyOf(index)}),
      }),
    );
    return JSON.parse(body);
  };
}

test('names other rows of ${index.table} with the same ${index.attribute}, and nothing when there are none', async () => {
  const put = shop();
  expect(await put('lamp', 'Bright')).not.toHaveProperty('${index.same}');
  expect(await put('ring', 'Golden')).not.toHaveProperty('${index.same}');
  expect(await put('torch', 'Bright')).toMatchObject({ sku: 'torch', ${index.same}: ['lamp'] });
});

test('names at most ten rows of ${index.table}', async () => {
  const put = shop();
  for (let number = 0; number < 12; number++) await put(\`lamp-\${number}\`, 'Bright');
  expect((await put('ring', 'Bright')).${index.same}).toHaveLength(10);
});
`;

/** Other tables have rows of products that exist. */
const offers = ({ table }: TableIndex): boolean => table !== 'catalog';

export const deployedTest = (index: TableIndex): string => `import { expect, test, vi } from 'vitest';
import { adminToken, freshProduct, shop } from '../support/deployed.ts';

const put = (sku: string, ${index.attribute}: string) =>
  shop.call({
    method: 'PUT',
    path: \`${pathOf(index)}\`,
    token: adminToken,
    headers: { 'if-match': '*' },
    body: ${bodyOf(index)},
  });

test('a put names the other row of ${index.table} with the same ${index.attribute}', async () => {
  const [sku, other] = [await freshProduct(), await freshProduct()];
  await put(other, \`Bright \${other}\`);
  // The index may lag.
  await vi.waitFor(
    async () => expect(await put(sku, \`Bright \${other}\`)).toMatchObject({ body: { ${index.same}: [other] } }),
    { timeout: 5_000, interval: 100 },
  );
});
`;
