import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template as Rendered } from 'aws-cdk-lib/assertions';
import { Schedule as EventSchedule, Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket, EventType } from 'aws-cdk-lib/aws-s3';
import { LambdaDestination, SnsDestination, SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke, SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, test } from 'vitest';
import { checkTemplate } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';
import { readCloudFormation } from '../../../stacks/rules/template/read-cloudformation.ts';
import type { CloudFormationFile } from '../../../stacks/rules/template/stack-links.ts';

function render(): CloudFormationFile {
  const stack = new Stack(new App(), 'callers');
  const worker = new LambdaFunction(stack, 'Worker', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => {}'),
  });
  const queue = new Queue(stack, 'Queue');
  const topic = new Topic(stack, 'Topic');
  const bucket = new Bucket(stack, 'Bucket');
  bucket.addEventNotification(EventType.OBJECT_CREATED_PUT, new LambdaDestination(worker));
  bucket.addEventNotification(EventType.OBJECT_CREATED_POST, new SqsDestination(queue));
  bucket.addEventNotification(EventType.OBJECT_CREATED_COPY, new SnsDestination(topic));
  topic.addSubscription(new LambdaSubscription(worker, { deadLetterQueue: queue }));
  topic.addSubscription(new SqsSubscription(queue));
  const rate = Duration.minutes(5);
  new Rule(stack, 'Rule', { schedule: EventSchedule.rate(rate), targets: [new SnsTopic(topic)] });
  const schedule = ScheduleExpression.rate(rate);
  new Schedule(stack, 'Invoke', { schedule, target: new LambdaInvoke(worker, { deadLetterQueue: queue }) });
  new Schedule(stack, 'Send', { schedule, target: new SqsSendMessage(queue) });
  return Rendered.fromStack(stack).toJSON() as unknown as CloudFormationFile;
}

const brokenBy = (file: CloudFormationFile): readonly string[] =>
  checkTemplate(readCloudFormation({ callers: file }), rules)
    .map(({ rule }) => rule)
    .filter((rule) => rule.includes('-may-reach-their-'));

const file = render();

test('what CDK grants to callers is accepted', () => {
  expect(brokenBy(file)).toEqual([]);
});

test.each([
  ['s3.amazonaws.com', 'buckets-may-reach-their-targets'],
  ['sns.amazonaws.com', 'topics-may-reach-their-subscribers'],
  ['scheduler.amazonaws.com', 'schedules-may-reach-their-targets'],
  ['events.amazonaws.com', 'rules-may-reach-their-targets'],
])('without what it grants to %s, %s finds it', (service, rule) => {
  const text = JSON.stringify(file).replaceAll(`"${service}"`, '"other.amazonaws.com"');
  expect(new Set(brokenBy(JSON.parse(text)))).toEqual(new Set([rule]));
});
