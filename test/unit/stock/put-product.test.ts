import { expect, test } from 'vitest';
import type { Product } from '../../../functions/domain/product.ts';
import { type Precondition, putProduct } from '../../../functions/stock/put-product.ts';
import { offer } from '../../support/actions.ts';
import { memorySystem } from '../../support/memory-system.ts';

test('keeps the shard count when the peak changes, since accepted orders rely on it', async () => {
  const system = memorySystem();
  await offer(system, 10, { shards: 4 });
  const body = { name: 'Lamp', unitPrice: 1_499, currency: 'EUR' as const, peakOrdersPerSecond: 6_400 };
  const { product } = await putProduct('lamp', body, [1], system.ports);
  expect(product).toMatchObject({ unitPrice: 1_499, version: 2, shardCount: 4, supplied: 10 });
});

const asked = { name: 'Lamp', unitPrice: 1_999, currency: 'EUR' as const, peakOrdersPerSecond: 50 };
const dearer = { ...asked, unitPrice: 2_999 };

/** An SDK that missed the answer to its first attempt, and sends the write again. */
function lossy(system: ReturnType<typeof memorySystem>) {
  const { create, change } = system.ports.products;
  const products = {
    ...system.ports.products,
    create: (product: Product) => create(product).then(() => create(product)),
    change: (...given: Parameters<typeof change>) => change(...given).then(() => change(...given)),
  };
  return { ...system.ports, products };
}

test('succeeds when the answer to the creation was lost', async () => {
  const ports = lossy(memorySystem());
  expect(await putProduct('lamp', asked, undefined, ports)).toMatchObject({ created: true, product: { version: 1 } });
});

test('succeeds when the answer to the change was lost', async () => {
  const system = memorySystem();
  await putProduct('lamp', asked, undefined, system.ports);
  const changed = await putProduct('lamp', dearer, [1], lossy(system));
  expect(changed).toMatchObject({ created: false, product: { version: 2, unitPrice: 2_999 } });
});

test.each<[string, Precondition, Precondition]>([
  ['of a creation', undefined, undefined],
  ['of a creation if none exists', 'none exists', 'none exists'],
  ['of a change', undefined, [1]],
  ['of a change from one of several versions', undefined, [1, 7]],
  ['of a change whatever the version', undefined, 'any exists'],
])('answers the repetition %s like the first', async (_, first, second) => {
  const system = memorySystem();
  await putProduct('lamp', asked, first, system.ports);
  const body = second === first ? asked : dearer;
  const done = await putProduct('lamp', body, second, system.ports);
  const again = await putProduct('lamp', body, second, system.ports);
  expect(again.product).toMatchObject({ unitPrice: body.unitPrice });
  expect(again.created).toBe(false);
  if (second !== 'any exists') expect(again.product).toEqual(done.product);
});

test.each<[string, Precondition, object, string]>([
  ['another price under the same sku', undefined, dearer, 'PRODUCT_EXISTS'],
  ['another peak under the same sku', undefined, { ...asked, peakOrdersPerSecond: 6_400 }, 'PRODUCT_EXISTS'],
  ['a creation if none exists', 'none exists', dearer, 'VERSION_MISMATCH'],
  ['a change of an older version', [1], { ...asked, unitPrice: 7 }, 'VERSION_MISMATCH'],
  ['a change of a version to come', [9], dearer, 'VERSION_MISMATCH'],
  ['a change of no version', [], dearer, 'VERSION_MISMATCH'],
])('refuses %s', async (_, precondition, body, code) => {
  const system = memorySystem();
  await putProduct('lamp', asked, undefined, system.ports);
  if (Array.isArray(precondition)) await putProduct('lamp', dearer, [1], system.ports);
  const put = putProduct('lamp', body as typeof asked, precondition, system.ports);
  await expect(put).rejects.toMatchObject({ code });
});

test('refuses to change a product that does not exist', async () => {
  for (const precondition of ['any exists', [1]] as const)
    await expect(putProduct('ring', asked, precondition, memorySystem().ports)).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
    });
});

test('keeps the currency of a product', async () => {
  const system = memorySystem();
  await putProduct('lamp', asked, undefined, system.ports);
  for (const precondition of ['any exists', [1]] as const)
    await expect(putProduct('lamp', { ...asked, currency: 'USD' }, precondition, system.ports)).rejects.toMatchObject({
      code: 'CURRENCY_FIXED',
    });
});

test('sets, changes and removes the limit per customer', async () => {
  const { ports } = memorySystem();
  const limited = { ...asked, limitPerCustomer: 2 };
  expect((await putProduct('lamp', limited, undefined, ports)).product).toMatchObject({ limitPerCustomer: 2 });
  const raised = await putProduct('lamp', { ...asked, limitPerCustomer: 5 }, [1], ports);
  expect(raised.product).toMatchObject({ version: 2, limitPerCustomer: 5 });
  const { product } = await putProduct('lamp', asked, [2], ports);
  expect(product.version).toBe(3);
  expect(product).not.toHaveProperty('limitPerCustomer');
});

test.each<[string, object, object, Precondition]>([
  ['a new limit', asked, { limitPerCustomer: 2 }, undefined],
  ['another limit', { ...asked, limitPerCustomer: 3 }, { limitPerCustomer: 2 }, undefined],
  ['no limit', { ...asked, limitPerCustomer: 3 }, {}, undefined],
])('takes a repetition with %s for another request', async (_, first, second, precondition) => {
  const { ports } = memorySystem();
  await putProduct('lamp', { ...asked, ...first }, precondition, ports);
  const repeated = putProduct('lamp', { ...asked, ...second }, precondition, ports);
  await expect(repeated).rejects.toMatchObject({ code: 'PRODUCT_EXISTS' });
});

test('keeps one currency when creations in two of them race and lose their answers', async () => {
  const system = memorySystem();
  const ports = lossy(system);
  const dollars = { ...asked, currency: 'USD' as const };
  const race = [putProduct('lamp', asked, undefined, ports), putProduct('lamp', dollars, undefined, ports)];
  const outcomes = await Promise.allSettled(race);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const { currency } = system.state.products.get('lamp') ?? {};
  for (const body of [asked, dollars]) {
    const change = putProduct('lamp', body, 'any exists', system.ports);
    if (body.currency === currency) await change;
    else await expect(change).rejects.toMatchObject({ code: 'CURRENCY_FIXED' });
  }
  expect(system.state.products.get('lamp')?.currency).toBe(currency);
});
