import { describe, expect, test } from 'vitest';
import { physicalName } from '../../../stacks/model/names.ts';
import { apiServices } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { findOneWith, findProperties, synthesize } from './synthesize.ts';

/** Reads the templates, not the settings: these invariants must hold for what is deployed. */
describe.each(Object.values<Stage>(stages))('in stage $name', (stage) => {
  const template = () => synthesize(stage).service;
  const queue = (name: string) =>
    findOneWith(template(), 'AWS::SQS::Queue', 'QueueName', physicalName(stage.name, name)) as Record<string, number>;
  const lambda = (name: string) =>
    findOneWith(template(), 'AWS::Lambda::Function', 'FunctionName', physicalName(stage.name, name));
  const mapping = (property: string) =>
    findProperties(template(), 'AWS::Lambda::EventSourceMapping').find((each) => property in each) as
      | Record<string, number>
      | undefined;

  test('the visibility timeout is six times the worker’s timeout', () => {
    expect(queue('order-requests').VisibilityTimeout).toBe(6 * Number(lambda('settlement').Timeout));
  });

  test('a throttled message is received at least five times', () => {
    const { maxReceiveCount } = queue('order-requests').RedrivePolicy as unknown as { maxReceiveCount: number };
    expect(maxReceiveCount).toBeGreaterThanOrEqual(5);
  });

  test.each(['order-requests-dlq', 'projection-dlq'])('%s keeps messages for 14 days', (name) => {
    expect(queue(name).MessageRetentionPeriod).toBe(14 * 86_400);
  });

  test('dead letters outlive the retention of the source queue', () => {
    const source = Number(queue('order-requests').MessageRetentionPeriod);
    expect(Number(queue('order-requests-dlq').MessageRetentionPeriod)).toBeGreaterThan(2 * source);
  });

  test('an alarm fires long before a dead letter is deleted', () => {
    const name = physicalName(stage.name, 'order-requests-dlq-age');
    const alarm = findOneWith(synthesize(stage).operations, 'AWS::CloudWatch::Alarm', 'AlarmName', name);
    expect(Number(alarm.Threshold)).toBeLessThan(Number(queue('order-requests-dlq').MessageRetentionPeriod) / 2);
  });

  test.each(apiServices)('%s responds or fails before API Gateway times out', (name) => {
    expect(Number(lambda(name).Timeout)).toBeLessThan(30);
  });

  test('the queue’s event source mapping caps the worker’s concurrency', () => {
    expect(mapping('ScalingConfig')?.ScalingConfig).toEqual({ MaximumConcurrency: stage.settlement.maxConcurrency });
    expect(stage.settlement.maxConcurrency).toBeGreaterThanOrEqual(2);
  });

  test('a poison record unblocks its shard before later records expire', () => {
    expect(mapping('StartingPosition')).toMatchObject({ BisectBatchOnFunctionError: true });
    expect(Number(mapping('StartingPosition')?.MaximumRecordAgeInSeconds)).toBeLessThanOrEqual(86_400);
    expect(Number(mapping('StartingPosition')?.MaximumRetryAttempts)).toBeGreaterThanOrEqual(0);
  });

  test('provisioned and capped concurrency leave a tenth of the account unreserved', () => {
    const provisioned = findProperties(template(), 'AWS::ApplicationAutoScaling::ScalableTarget');
    const total = provisioned.reduce(
      (sum, target) => sum + Number(target.MaxCapacity),
      stage.settlement.maxConcurrency,
    );
    expect(total).toBeLessThanOrEqual(900);
  });
});
