import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import type { Table } from './table.ts';

const folder = 'test/clouds/conformance';

/** Adds the test of the port, and the store on every backend of the suite. */
export function addConformance(draft: Draft, table: Table, kept: Kept): void {
  const { name, capital } = table;
  draft.create(`${folder}/suite/${name}-tests.ts`, suite(table));
  draft.after(`${folder}/conform.ts`, ['everywhere', '=queueTests'], `${name}Tests`);
  draft.import(`${folder}/conform.ts`, [`${name}Tests`], `./suite/${name}-tests.ts`);
  const backend = `${folder}/backend.ts`;
  draft.after(backend, ['CloudPorts', 'sales'], `readonly ${name}: ${capital}Store;`);
  draft.import(backend, [`type ${capital}Store`], `../../../functions/ports/${name}.ts`);
  if (kept.cdk) addAws(draft, name);
  if (kept.google) addGoogle(draft, name);
}

function addAws(draft: Draft, name: string): void {
  const backend = `${folder}/aws-backend.ts`;
  draft.after(backend, ['Names', 'coordination'], `'${name}'`);
  draft.after(
    backend,
    ['createResources', "=coordination: { Value: physical('coordination') }"],
    `${name}: { Value: physical('${name}') }`,
  );
  draft.rewrite(backend, /client,?\s*\] =/, () => `${name}, client] =`);
  draft.before(
    backend,
    ['portsOn', "=import('../../../functions/adapters/aws/clients/dynamodb-client.ts')"],
    `import('../../../functions/adapters/aws/${name}.ts')`,
  );
  draft.after(backend, ['portsOn', '=sales: view.salesReader(views)'], `${name}: ${name}.${name}Store(names.${name})`);
}

function addGoogle(draft: Draft, name: string): void {
  const backend = `${folder}/google-backend.ts`;
  draft.rewrite(backend, /postponed,?\s*\] =/, () => `${name}, postponed] =`);
  draft.before(
    backend,
    ['portsOn', "=import('../../../functions/adapters/google/postponed.ts')"],
    `import('../../../functions/adapters/google/${name}.ts')`,
  );
  draft.after(backend, ['portsOn', '=sales: view.salesReader(db)'], `${name}: ${name}.${name}Store(db)`);
}

const suite = ({ name }: Table): string => `import { expect, test } from 'vitest';
import { freshSku, now, type System } from './system.ts';

export function ${name}Tests(system: () => System): void {
  const row = (text: string, sku = freshSku()) => ({ sku, text, changedAt: now() });

  test('finds the ${name} of a product as they were put last, and none of another product', async () => {
    const { ${name} } = system().ports;
    const first = row('first');
    expect(await ${name}.find(first.sku)).toBeUndefined();
    await ${name}.put(first);
    expect(await ${name}.find(first.sku)).toEqual(first);
    const second = row('second', first.sku);
    await ${name}.put(second);
    expect(await ${name}.find(first.sku)).toEqual(second);
    expect(await ${name}.find(freshSku())).toBeUndefined();
  });

  test('keeps one of two ${name} that are put at the same time', async () => {
    const { ${name} } = system().ports;
    const sku = freshSku();
    const both = [row('one', sku), row('other', sku)];
    await Promise.all(both.map((one) => ${name}.put(one)));
    expect(both).toContainEqual(await ${name}.find(sku));
  });
}
`;
