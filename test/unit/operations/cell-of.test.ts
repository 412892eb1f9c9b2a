import { expect, test } from 'vitest';
import { cellOf } from '../../../scripts/operations/find-stage.ts';
import { tableName } from '../../../stacks/model/table-shapes.ts';

const found = (stage: string, region: string) => ({ stage, config: { region }, place: 'a test' });
const ordersOf = (stage: string, region: string) => tableName(cellOf(found(stage, region)), 'orders');

test('a table is named by the region where its stage was found, if the stage has several', () => {
  expect(ordersOf('local-regions', 'eu-central-1')).toMatch(/-local-regions-orders-eu-central-1$/);
  expect(ordersOf('dev', 'eu-central-1')).toMatch(/-dev-orders$/);
});

test('a stage that is deployed and not in the sources has one region', () => {
  expect(ordersOf('gone', 'eu-west-1')).toMatch(/-gone-orders$/);
});

test('refuses a region that the stage does not have', () => {
  expect(() => cellOf(found('local-regions', 'us-east-1'))).toThrow(/eu-west-1 and eu-central-1, not us-east-1/);
});
