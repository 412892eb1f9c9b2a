import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import type { Table } from './table.ts';

/** Calls that use every permission, and every message between two versions. */
export function addProofs(draft: Draft, table: Table, kept: Kept): void {
  const { name, capital, upper, owner } = table;
  draft.after('scripts/contracts/schemas.ts', ['readers', 'coordination NOTE'], `'${name} ${upper}': rows.${name}Row`);
  const scenario = 'scripts/contracts/scenario.ts';
  // At the end: an earlier call would shift the times of all others, which the last release recorded.
  draft.below(scenario, ['playSale', '=await sweep(sale);'], `await play${capital}(sale);`);
  draft.after(scenario, ['sweep'], played(table));
  if (!kept.lab) return;
  if (owner === 'catalog')
    draft.after('scripts/lab/bench/middleware.ts', ['handlers', 'getStock'], `get${capital}: answer`);
  addProbes(draft, table);
}

function played({ name, capital, owner }: Table): string {
  const path = `/products/lamp/${name}`;
  const read = `\n  await sale.play('read ${name}', 'catalog', requestEvent({ rawPath: '${path}' }));`;
  return `async function play${capital}(sale: Sale): Promise<void> {
  const put = (text: string) => apiEvent({ ...clerk, method: 'PUT', path: '${path}', body: { text } });
  await sale.play('put ${name}', 'stock', put('Bright.'));
  await sale.play('replace ${name}', 'stock', put('Brighter.'));${owner === 'catalog' ? read : ''}
}`;
}

function addProbes(draft: Draft, { name, owner }: Table): void {
  const file = 'scripts/lab/grants/api-probes.ts';
  const put = `const { shop, adminToken: token } = deployment;
      const path = \`/products/\${await freshProduct(deployment, 10)}/${name}\`;
      expectStatus(201, await shop.call({ method: 'PUT', path, token, body: { text: 'Bright.' } }));`;
  const step = (does: string, more = '') => `{
    name: '${does} the ${name} of a product',
    run: async (deployment) => {
      ${put}${more}
    },
  }`;
  draft.after(file, ['stockProbe', createProduct], step('put'));
  const get = "\n      expectStatus(200, await shop.once({ method: 'GET', path }));";
  if (owner === 'catalog') draft.after(file, ['catalogProbe', listProducts], step('read', get));
}

const createProduct = `={
  name: 'create a product',
  run: async (deployment) => expectStatus(201, await putProduct(deployment, freshSku())),
}`;
const listProducts = `={
  name: 'list the products',
  run: async ({ shop }) => expectStatus(200, await shop.once({ method: 'GET', path: '/products' })),
}`;
