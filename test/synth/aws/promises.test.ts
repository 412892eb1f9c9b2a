import { describe, expect, test } from 'vitest';
import { apiServices } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { oneWith, propertiesOf, synthesize } from './synthesize.ts';

/** Read from the templates, not from the settings: the promise is about what is deployed. */
describe.each(Object.values<Stage>(stages))('in stage $name', (stage) => {
  const template = () => synthesize(stage).service;
  const queue = (name: string) =>
    oneWith(template(), 'AWS::SQS::Queue', 'QueueName', `flash-sale-${stage.name}-${name}`) as Record<string, number>;
  const lambda = (name: string) =>
    oneWith(template(), 'AWS::Lambda::Function', 'FunctionName', `flash-sale-${stage.name}-${name}`);
  const mapping = (property: string) =>
    propertiesOf(template(), 'AWS::Lambda::EventSourceMapping').find((each) => property in each) as
      | Record<string, number>
      | undefined;

  test('the queue hides a message for six times as long as the worker may run', () => {
    expect(queue('order-requests').VisibilityTimeout).toBe(6 * Number(lambda('settlement').Timeout));
  });

  test('a good message that met throttling has five chances', () => {
    const { maxReceiveCount } = queue('order-requests').RedrivePolicy as unknown as { maxReceiveCount: number };
    expect(maxReceiveCount).toBeGreaterThanOrEqual(5);
  });

  test.each(['order-requests-dlq', 'projection-dlq'])('%s keeps what it got for 14 days', (name) => {
    expect(queue(name).MessageRetentionPeriod).toBe(14 * 86_400);
  });

  test('a dead letter lives on when its time in the source queue is over', () => {
    const source = Number(queue('order-requests').MessageRetentionPeriod);
    expect(Number(queue('order-requests-dlq').MessageRetentionPeriod)).toBeGreaterThan(2 * source);
  });

  test('somebody hears of a dead letter long before it is deleted', () => {
    const name = `flash-sale-${stage.name}-order-requests-dlq-age`;
    const alarm = oneWith(synthesize(stage).operations, 'AWS::CloudWatch::Alarm', 'AlarmName', name);
    expect(Number(alarm.Threshold)).toBeLessThan(Number(queue('order-requests-dlq').MessageRetentionPeriod) / 2);
  });

  test.each(apiServices)('%s answers or fails before API Gateway gives up on it', (name) => {
    expect(Number(lambda(name).Timeout)).toBeLessThan(30);
  });

  test('the worker’s concurrency is capped where the queue is polled', () => {
    expect(mapping('ScalingConfig')?.ScalingConfig).toEqual({ MaximumConcurrency: stage.settlement.maxConcurrency });
    expect(stage.settlement.maxConcurrency).toBeGreaterThanOrEqual(2);
  });

  test('a poison record frees its shard before the stream forgets those behind it', () => {
    expect(mapping('StartingPosition')).toMatchObject({ BisectBatchOnFunctionError: true });
    expect(Number(mapping('StartingPosition')?.MaximumRecordAgeInSeconds)).toBeLessThanOrEqual(86_400);
    expect(Number(mapping('StartingPosition')?.MaximumRetryAttempts)).toBeGreaterThanOrEqual(0);
  });

  test('what is provisioned and capped leaves a tenth of the account to everything else', () => {
    const provisioned = propertiesOf(template(), 'AWS::ApplicationAutoScaling::ScalableTarget');
    const total = provisioned.reduce(
      (sum, target) => sum + Number(target.MaxCapacity),
      stage.settlement.maxConcurrency,
    );
    expect(total).toBeLessThanOrEqual(900);
  });
});
