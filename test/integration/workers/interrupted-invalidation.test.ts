import { CloudFrontClient, GetInvalidationCommand, ListInvalidationsCommand } from '@aws-sdk/client-cloudfront';
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import {
  adminToken,
  eventually,
  freshProduct,
  lacking,
  output,
  platform,
  roleOf,
  sdkConfig,
  shop,
} from '../../support/deployed.ts';
import { askServer } from '../../unit/platform/edge/fixture.ts';

const cloudFront = new CloudFrontClient(sdkConfig);
const iam = new IAMClient(sdkConfig);
const lambda = new LambdaClient(sdkConfig);
const sqs = new SQSClient(sdkConfig);

const FunctionName = `${physicalName(platform.stage, 'invalidation')}:${aliasName}`;
const PolicyName = 'interrupted';
const PolicyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'cloudfront:CreateInvalidation', Resource: '*' }],
});

const refuse = async () =>
  iam.send(new PutRolePolicyCommand({ RoleName: await roleOf('invalidation'), PolicyName, PolicyDocument }));
const allow = async () => iam.send(new DeleteRolePolicyCommand({ RoleName: await roleOf('invalidation'), PolicyName }));

async function mapping() {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
  const [found] = EventSourceMappings;
  if (!found || EventSourceMappings.length > 1)
    throw new Error(`${FunctionName} has ${EventSourceMappings.length} event source mappings, must be 1`);
  return found;
}

/** Counts the CDN's invalidations of a path. */
async function countInvalidations(path: string): Promise<number> {
  const DistributionId = output('DistributionId');
  const { InvalidationList } = await cloudFront.send(new ListInvalidationsCommand({ DistributionId }));
  const batches = await Promise.all(
    (InvalidationList?.Items ?? []).map(({ Id }) =>
      cloudFront.send(new GetInvalidationCommand({ DistributionId, Id })),
    ),
  );
  const paths = batches.flatMap(({ Invalidation }) => Invalidation?.InvalidationBatch?.Paths?.Items ?? []);
  return paths.filter((one) => one === path).length;
}

/** Caches a product in the CDN, then changes it while invalidations are denied. */
async function changeWhileDenied(unitPrice: number): Promise<string> {
  const path = `/products/${await freshProduct()}`;
  await eventually(async () => expect(await countInvalidations(path)).toBe(1));
  await askServer(platform.edgeUrl, path);
  await refuse();
  const body = { name: 'Lamp', unitPrice, currency: 'EUR', peakOrdersPerSecond: 200 };
  const call = { method: 'PUT' as const, path, token: adminToken, headers: { 'if-match': '"1"' }, body };
  expect(await shop.call(call)).toMatchObject({ status: 200 });
  await eventually(async () => expect((await mapping()).LastProcessingResult).toMatch(/FAILED|PROBLEM/));
  expect(await countInvalidations(path)).toBe(1);
  return path;
}

beforeEach((context) => {
  const why = lacking('cdn') ?? lacking('iam-enforced');
  if (why) context.skip(why);
});
afterEach(() => allow().catch(() => {}));

test('retries a refused invalidation from the stream until the CDN drops the page', async () => {
  const path = await changeWhileDenied(2_999);
  await allow();
  await eventually(async () => expect(await countInvalidations(path)).toBe(2));
  await eventually(async () =>
    expect(JSON.parse((await askServer(platform.edgeUrl, path)).text).unitPrice).toBe(2_999),
  );
});

test('dead-letters an invalidation refused for good, and unblocks the stream', async (context) => {
  const why = lacking('short-record-age');
  if (why) return context.skip(why);
  const { UUID, MaximumRecordAgeInSeconds } = await mapping();
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID, MaximumRecordAgeInSeconds: 2 }));
  try {
    const path = await changeWhileDenied(3_999);
    const QueueUrl = output('InvalidationDeadLetterUrl');
    await eventually(async () => {
      const ask = new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 1, MaxNumberOfMessages: 10 });
      const { Messages = [] } = await sqs.send(ask);
      // Other tests leave other dead letters there.
      const [message] = Messages.filter(({ Body = '' }) => 'DDBStreamBatchInfo' in JSON.parse(Body));
      const failure = JSON.parse(message?.Body ?? '{}');
      expect(failure.requestContext).toMatchObject({ condition: 'MaxRecordAgeExceeded' });
      expect(failure.DDBStreamBatchInfo.streamArn).toContain('catalog');
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    });
    await allow();
    const next = `/products/${await freshProduct()}`;
    await eventually(async () => expect(await countInvalidations(next)).toBe(1));
    expect(await countInvalidations(path)).toBe(1);
  } finally {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, MaximumRecordAgeInSeconds }));
  }
});
