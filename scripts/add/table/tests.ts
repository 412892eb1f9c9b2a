import type { Draft } from '../draft.ts';
import type { Table } from './table.ts';
import * as sources from './test-sources.ts';

/** @param rate requests per second that its routes may take of the account's rate, in prod */
export function addTests(draft: Draft, table: Table, rate: number): void {
  const { name, owner } = table;
  draft.create(`test/unit/stock/put-${name}.test.ts`, sources.putTest(table));
  if (owner === 'catalog') draft.create(`test/unit/catalog/read-${name}.test.ts`, sources.readTest(table));
  draft.create(`test/integration/${name}.test.ts`, sources.deployedTest(table));
  draft.rewrite(
    'test/synth/check-stage.test.ts',
    /(of all routes together: .*, got )(\d+)/,
    (_, before = '', sum = '') => `${before}${Number(sum) + rate}`,
  );
  const calls = 'test/support/api-calls.ts';
  const path = `/products/lamp/${name}`;
  draft.after(
    calls,
    ['stock', "=['POST', '/products/lamp/stock', { quantity: 1 }]"],
    `['PUT', '${path}', { text: 'Bright.' }]`,
  );
  if (owner === 'catalog') draft.after(calls, ['catalog', "=['GET', '/products/lamp/stock']"], `['GET', '${path}']`);
}
