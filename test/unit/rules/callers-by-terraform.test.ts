import { expect, test } from 'vitest';
import { readTerraformStack } from '../../../scripts/rules/read-terraform-stack.ts';
import type { Json, JsonObject } from '../../../stacks/model/json.ts';
import { checkTemplate } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';
import { ref } from '../../../stacks/rules/template/ref.ts';

const worker = { aws_lambda_function: { worker: { function_name: 'worker', timeout: 30 } } };
const permission = (principal: string, source_arn: string): JsonObject => ({
  aws_lambda_permission: {
    caller: {
      action: 'lambda:InvokeFunction',
      function_name: ref('aws_lambda_function.worker.arn'),
      principal,
      source_arn,
    },
  },
});
const names = [
  'buckets-may-reach-their-targets',
  'topics-may-reach-their-subscribers',
  'schedules-may-reach-their-targets',
];
const brokenBy = (...blocks: readonly JsonObject[]): readonly (readonly [string, string])[] =>
  checkTemplate(readTerraformStack({ resource: Object.assign({}, ...blocks) as JsonObject }), rules)
    .filter(({ rule }) => names.includes(rule) || rule === 'not-read')
    .map(({ rule, resource }) => [rule, resource]);

const buckets = { aws_s3_bucket: { photos: { bucket: 'photos' }, other: { bucket: 'other' } } };
const notification = (depends_on: readonly string[]): JsonObject => ({
  aws_s3_bucket_notification: {
    photos: {
      bucket: ref('aws_s3_bucket.photos.id'),
      lambda_function: [{ lambda_function_arn: ref('aws_lambda_function.worker.arn'), events: ['s3:ObjectCreated:*'] }],
      depends_on,
    },
  },
});
const waits = notification(['aws_lambda_permission.caller']);
const fromBucket = (name: string) => permission('s3.amazonaws.com', ref(`aws_s3_bucket.${name}.arn`));
const found = ['buckets-may-reach-their-targets', 'aws_s3_bucket_notification.photos'];

test.each<[string, readonly JsonObject[], readonly Json[]]>([
  ['accepts the permission of the bucket that it waits for', [fromBucket('photos'), waits], []],
  ['finds the permission of another bucket', [fromBucket('other'), waits], [found]],
  ['finds that it does not wait for the permission', [fromBucket('photos'), notification([])], [found]],
])('a notification of a bucket: %s', (_, blocks, expected) => {
  expect(brokenBy(worker, buckets, ...blocks)).toEqual(expected);
});

const topics: JsonObject = {
  aws_sns_topic: { orders: { name: 'orders' }, other: { name: 'other' } },
  aws_sqs_queue: { orders: { name: 'orders' } },
  aws_sns_topic_subscription: {
    orders: { topic_arn: ref('aws_sns_topic.orders.arn'), protocol: 'sqs', endpoint: ref('aws_sqs_queue.orders.arn') },
  },
};
const queuePolicy = (topic: string): JsonObject => ({
  aws_sqs_queue_policy: {
    orders: {
      queue_url: ref('aws_sqs_queue.orders.id'),
      policy: JSON.stringify({
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'sns.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: ref('aws_sqs_queue.orders.arn'),
            Condition: { ArnEquals: { 'aws:SourceArn': ref(`aws_sns_topic.${topic}.arn`) } },
          },
        ],
      }),
    },
  },
});

test.each<[string, readonly Json[]]>([
  ['orders', []],
  ['other', [['topics-may-reach-their-subscribers', 'aws_sns_topic_subscription.orders']]],
])('a subscription of a queue whose policy lets the topic %s in', (topic, expected) => {
  expect(brokenBy(topics, queuePolicy(topic))).toEqual(expected);
});

const policy = (action: string): string =>
  JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: action, Resource: ref('aws_lambda_function.worker.arn') }],
  });
const schedule: JsonObject = {
  aws_iam_role: {
    timer: {
      name: 'timer',
      assume_role_policy: JSON.stringify({
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'scheduler.amazonaws.com' } }],
      }),
    },
  },
  aws_scheduler_schedule: {
    timer: {
      schedule_expression: 'rate(5 minutes)',
      flexible_time_window: { mode: 'OFF' },
      target: { arn: ref('aws_lambda_function.worker.arn'), role_arn: ref('aws_iam_role.timer.arn') },
    },
  },
};
const inline = (action: string): JsonObject => ({
  aws_iam_role_policy: { timer: { role: ref('aws_iam_role.timer.id'), policy: policy(action) } },
});
const attached = (action: string, policy_arn: string): JsonObject => ({
  aws_iam_policy: { timer: { name: 'timer', policy: policy(action) } },
  aws_iam_role_policy_attachment: { timer: { role: ref('aws_iam_role.timer.name'), policy_arn } },
});
const own = ref('aws_iam_policy.timer.arn');
const late = ['schedules-may-reach-their-targets', 'aws_scheduler_schedule.timer'];

test.each<[string, JsonObject, readonly Json[]]>([
  ['may invoke the function', inline('lambda:InvokeFunction'), []],
  ['may only read the function', inline('lambda:GetFunction'), [late]],
  ['may invoke the function by a policy of its own', attached('lambda:InvokeFunction', own), []],
  ['may only read the function by a policy of its own', attached('lambda:GetFunction', own), [late]],
  ["has a policy of AWS, which isn't judged", attached('lambda:GetFunction', 'arn:aws:iam::aws:policy/x'), []],
])('a schedule whose role %s', (_, block, expected) => {
  expect(brokenBy(worker, schedule, block)).toEqual(expected);
});
