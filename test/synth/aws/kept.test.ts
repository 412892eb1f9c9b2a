import { describe, expect, test } from 'vitest';
import { findKept, formatKept, toResourceMapping } from '../../../scripts/rules/kept.ts';
import { physicalName, stackName } from '../../../stacks/model/names.ts';
import { serviceNames, tableNames } from '../../../stacks/model/services.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { readTemplate } from '../../../stacks/rules/read-file.ts';
import { readStage } from './read-stage.ts';

test('dev leaves nothing behind', () => {
  expect(findKept(readStage(stages.dev))).toEqual([]);
});

test('lists whatever is kept under a name of its own', () => {
  const kept = { DeletionPolicy: 'Retain' };
  const template = readTemplate({
    Resources: {
      Orders: { Type: 'AWS::SQS::Queue', ...kept, Properties: { QueueName: 'orders' } },
      Bus: { Type: 'AWS::Events::EventBus', ...kept, Properties: { Name: 'events' } },
      Key: { Type: 'AWS::SecretsManager::Secret', ...kept, Properties: { Name: 'key' } },
      Logs: { Type: 'AWS::S3::Bucket', ...kept },
      Version: { Type: 'AWS::Lambda::Version', ...kept, Properties: { FunctionName: 'orders' } },
      Gone: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'gone' } },
    },
  });
  expect(findKept(template).map(({ name }) => name)).toEqual(['orders', 'events', 'key', '']);
  expect(formatKept([])).toBe('Nothing outlives the stage.\n');
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
