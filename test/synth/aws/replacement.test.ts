import { expect, test, vi } from 'vitest';
import type { JsonObject } from '../../../stacks/model/json.ts';
import type { TableIndex } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { findReplacements } from '../../../stacks/rules/replacement/find-replacements.ts';
import { cloudFormationTypes } from '../../../stacks/rules/replacement/stateful-types.ts';
import { Template } from '../../../stacks/rules/template/template.ts';
import { allHarmless, harmlessChanges } from '../../support/stage-changes.ts';
import { readStage } from './read-stage.ts';

const prod = readStage(stages.prod);
const problems = (before: Template, after: Template) => findReplacements(before, after).map(({ problem }) => problem);

test.each(Object.entries(harmlessChanges))('%s: nothing that holds data is replaced', (_, change) => {
  const after = change(stages.prod);
  expect(after).not.toEqual(stages.prod);
  expect(findReplacements(prod, readStage(after))).toEqual([]);
});

test.each([stages.staging, stages.dev])('$name: all of it at once replaces nothing', (stage) => {
  expect(findReplacements(readStage(stage), readStage(allHarmless(stage)))).toEqual([]);
});

/** Everything is loaded anew, because the indexes are a constant of the model. */
async function readWith(more: readonly TableIndex[]): Promise<Template> {
  vi.resetModules();
  vi.doMock('../../../stacks/model/services.ts', async (original) => {
    const services = await original<typeof import('../../../stacks/model/services.ts')>();
    return { ...services, orderIndexes: [...services.orderIndexes, ...more] };
  });
  const { readStage: read } = await import('./read-stage.ts');
  vi.doUnmock('../../../stacks/model/services.ts');
  vi.resetModules();
  return read(stages.prod);
}

test('a new index replaces nothing, and two at once are refused', async () => {
  const [{ name: _, ...index }] = (await import('../../../stacks/model/services.ts')).orderIndexes as [TableIndex];
  const before = readStage(stages.prod);
  expect(problems(before, await readWith([{ ...index, name: 'by-day' }]))).toEqual([]);
  const two = await readWith([
    { ...index, name: 'by-day' },
    { ...index, name: 'by-week' },
  ]);
  expect(problems(before, two)).toEqual([expect.stringMatching(/^2 indexes .*\(by-day, by-week\)/)]);
});

test('a new index of another table replaces nothing, nor does its billing on demand', async () => {
  const index = { name: 'byName', partitionKey: 'name', sortKey: 'sku', holds: 'keys' } as const;
  const { staging } = stages;
  const tables = { ...staging.tables, catalog: staging.tables.orders };
  vi.resetModules();
  vi.doMock('../../../stacks/model/table-shapes.ts', async (original) => {
    const { tableShapes, ...others } = await original<typeof import('../../../stacks/model/table-shapes.ts')>();
    return { ...others, tableShapes: { ...tableShapes, catalog: { ...tableShapes.catalog, indexes: [index] } } };
  });
  const { readStage: read } = await import('./read-stage.ts');
  vi.doUnmock('../../../stacks/model/table-shapes.ts');
  vi.resetModules();
  const after = read({ ...staging, tables });
  expect(JSON.stringify(after.resources)).toContain('byName');
  expect(problems(readStage(staging), after)).toEqual([]);
});

/** Changes the properties of all resources of a type; null removes them. */
const spoil = (type: string, change: (properties: JsonObject) => JsonObject | null): Template =>
  new Template(
    prod.resources.flatMap((one) => {
      if (one.type !== type) return [one];
      const properties = change(one.properties);
      return properties === null ? [] : [{ ...one, properties }];
    }),
  );

const table = 'AWS::DynamoDB::GlobalTable';
test.each<[string, Template, RegExp]>([
  [
    'a renamed table',
    spoil(table, (one) => ({ ...one, TableName: 'orders' })),
    /TableName changes from '[\w-]+-orders' to 'orders'/,
  ],
  [
    'another key',
    spoil(table, (one) => ({ ...one, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] })),
    /KeySchema changes.*the rows would be lost/,
  ],
  ['a table that is gone', spoil(table, () => null), /removed.*the rows would be lost/],
  [
    'an index with another key',
    spoil(table, (one) => ({
      ...one,
      ...(one.GlobalSecondaryIndexes && {
        GlobalSecondaryIndexes: JSON.parse(JSON.stringify(one.GlobalSecondaryIndexes).replaceAll('"HASH"', '"RANGE"')),
      }),
    })),
    /indexes are created or deleted in one update/,
  ],
  ['a queue of another kind', spoil('AWS::SQS::Queue', (one) => ({ ...one, FifoQueue: true })), /FifoQueue changes/],
  ['a bucket that gets a name', spoil('AWS::S3::Bucket', (one) => ({ ...one, BucketName: 'page' })), /BucketName/],
  ['a user pool that is gone', spoil('AWS::Cognito::UserPool', () => null), /accounts of all customers/],
  [
    'users by name',
    spoil('AWS::Cognito::UserPool', ({ UsernameAttributes: _, ...one }) => ({ ...one, UsernameAttributes: ['phone'] })),
    /UsernameAttributes changes/,
  ],
  ['a log group that is gone', spoil('AWS::Logs::LogGroup', () => null), /the logs would be lost/],
  ['a distribution that is gone', spoil('AWS::CloudFront::Distribution', () => null), /address that customers/],
  [
    'an id that changes',
    new Template(prod.resources.map((one) => (one.type === table ? { ...one, id: `${one.id}2` } : one))),
    /its id has changed/,
  ],
  ['a renamed stage', readStage({ ...stages.prod, name: 'live' }), /removed, or its id has changed/],
])('notices %s', (_, after, expected) => {
  expect(problems(prod, after).join('\n')).toMatch(expected);
});

test('knows every type of the templates that holds data or an address', () => {
  const stateless =
    /^AWS::(ApiGatewayV2::(?!Api)|ApplicationAutoScaling|CertificateManager|CloudFormation|CloudFront::(?!Distribution)|CloudWatch|CodeDeploy|Cognito::UserPoolGroup|Events|IAM|Lambda::(?!Url)|Route53|S3::BucketPolicy|SNS|Scheduler|SQS::QueuePolicy|SSM|SecretsManager|WAFv2)|^Custom::|^AWS::CDK::/;
  const types = new Set(
    Object.values<Stage>(stages).flatMap((stage) => readStage(stage).resources.map(({ type }) => type)),
  );
  expect([...types].filter((type) => !stateless.test(type) && !(type in cloudFormationTypes))).toEqual([]);
});
