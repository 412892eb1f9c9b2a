import { describe, expect, test } from 'vitest';
import { physicalName } from '../../../stacks/model/names.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import * as regions from '../../support/regions-stage.ts';
import { findProperties, findResources, findStatements, synthesizeCell, toText } from './synthesize.ts';

const listOf = (stage: Stage, type: string) => Object.values(findResources(synthesizeCell(stage).data, type));

function scheduleOf(stage: Stage) {
  const [schedule, ...others] = findProperties(synthesizeCell(stage).data, 'AWS::Scheduler::Schedule');
  expect(others).toEqual([]);
  const target = schedule?.Target as Record<string, unknown> | undefined;
  return { schedule, target };
}

describe.each([
  ['prod', stages.prod],
  ['the home region', regions.home],
  ['another region', regions.away],
])('in %s', (_, stage) => {
  test('exports all rows of its own orders, each time anew', () => {
    const { schedule, target } = scheduleOf(stage);
    expect(schedule).toMatchObject({
      GroupName: expect.anything(),
      ScheduleExpression: 'rate(30 days)',
      State: 'ENABLED',
    });
    expect(toText(target?.Arn)).toMatch(/:scheduler:::aws-sdk:dynamodb:exportTableToPointInTime$/);
    // No client token: with a constant one, calls within eight hours are one export. No time: the latest rows.
    expect(JSON.parse(toText(target?.Input))).toEqual({
      TableArn: expect.stringMatching(/:table\/<OrdersTable>$|^<OrdersTable>$/),
      S3Bucket: '<OrdersExportBucket>',
      S3Prefix: 'orders',
      S3SseAlgorithm: 'AES256',
      ExportFormat: 'DYNAMODB_JSON',
    });
  });

  test('may export this table and write to this bucket, and nothing else', () => {
    const statements = findStatements(synthesizeCell(stage).data, 'OrdersExport');
    const input = JSON.parse(toText(scheduleOf(stage).target?.Input)) as { TableArn: string };
    expect(statements.map(({ Action, Resource }) => [[Action].flat(), toText(Resource)])).toEqual([
      [['dynamodb:ExportTableToPointInTime'], input.TableArn],
      [['s3:AbortMultipartUpload', 's3:PutObject', 's3:PutObjectAcl'], '<OrdersExportBucket>/*'],
    ]);
    expect(statements.map(({ Effect }) => Effect)).toEqual(['Allow', 'Allow']);
  });

  test('keeps a private, encrypted bucket that only TLS reaches', () => {
    const [bucket, ...others] = listOf(stage, 'AWS::S3::Bucket');
    expect(others).toEqual([]);
    expect(bucket).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    expect(bucket?.Properties).toMatchObject({
      BucketEncryption: expect.anything(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(bucket?.Properties).not.toHaveProperty('LifecycleConfiguration');
    const [policy] = listOf(stage, 'AWS::S3::BucketPolicy');
    expect(JSON.stringify(policy?.Properties.PolicyDocument)).toContain('"aws:SecureTransport":"false"');
  });
});

test('exports nothing in a stage that keeps its orders', () => {
  for (const type of ['AWS::Scheduler::Schedule', 'AWS::S3::Bucket']) expect(listOf(stages.dev, type)).toEqual([]);
});

test('watches the group of the schedule', () => {
  const { operations } = synthesizeCell(stages.prod);
  const dimension = { Name: 'ScheduleGroup', Value: physicalName('prod', 'exports') };
  const watched = findProperties(operations, 'AWS::CloudWatch::Alarm').filter(
    ({ Namespace }) => Namespace === 'AWS/Scheduler',
  );
  expect(watched).toEqual([expect.objectContaining({ Dimensions: [dimension], Threshold: 1 })]);
});
