import { describe, expect, test } from 'vitest';
import { findKept, toResourceMapping } from '../../../scripts/rules/kept.ts';
import { physicalName, stackName } from '../../../stacks/model/names.ts';
import { serviceNames, tableNames } from '../../../stacks/model/services.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { readStage } from './read-stage.ts';

test('dev leaves nothing behind', () => {
  expect(findKept(readStage(stages.dev))).toEqual([]);
});

describe.each(['staging', 'prod'] as const)('%s', (name) => {
  const kept = findKept(readStage(stages[name]));

  test('lists every table and log group that makes the next deploy fail', () => {
    const found = kept.map((one) => one.name);
    const tables = tableNames.map((table) => physicalName(name, table));
    const groups = serviceNames.map((service) => `/aws/lambda/${physicalName(name, service)}`);
    expect(found).toEqual(
      expect.arrayContaining([...tables, ...groups, `/aws/apigateway/${physicalName(name, 'api')}`]),
    );
  });

  test('maps the logical ids of the tables to their names, for cdk import', () => {
    const mapping = toResourceMapping(kept, stackName(name, 'data'));
    expect(Object.values(mapping)).toEqual(
      expect.arrayContaining(tableNames.map((table) => ({ TableName: physicalName(name, table) }))),
    );
    expect(Object.keys(mapping)).toHaveLength(tableNames.length);
  });
});
