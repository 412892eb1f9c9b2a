import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { clientOptions } from '../../../scripts/platform/engine/target.ts';
import { lacking, output, platform } from '../../support/deployed.ts';

const RoleName = 'reader-of-the-iam-test';
const PolicyName = 'reads';
const skipReason = platform.embedded
  ? lacking('iam-enforced')
  : 'creates a role that any principal of the engine may assume';

function policy(Effect: 'Allow' | 'Deny', Action: string): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] });
}

test('a changed policy takes effect with the next call, and a wrong secret is refused', async (context) => {
  if (skipReason) return context.skip(skipReason);
  const root = clientOptions(platform);
  const iam = new IAMClient(root);
  const trust = policy('Allow', 'sts:AssumeRole').replace('"Resource":"*"', '"Principal":{"AWS":"000000000000"}');
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  const assume = new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'test' });
  const { Credentials } = await new STSClient(root).send(assume);
  const session = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const tryToRead = async (credentials = session) => {
    const client = new DynamoDBClient({ ...root, credentials, maxAttempts: 1 });
    const get = new GetItemCommand({ TableName: output('CatalogTable'), Key: { pk: { S: 'PRODUCT#none' } } });
    return client.send(get).then(
      () => 'read',
      (error: Error) => error.name,
    );
  };
  const allow = (document: string) =>
    iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: document }));

  expect(await tryToRead()).toBe('AccessDeniedException');
  await allow(policy('Allow', 'dynamodb:GetItem'));
  expect(await tryToRead()).toBe('read');
  expect(await tryToRead({ ...session, secretAccessKey: 'wrong' })).toMatch(/Signature/);
  await allow(policy('Allow', 'dynamodb:PutItem'));
  expect(await tryToRead()).toBe('AccessDeniedException');
  // The same text as before, so that the engine's cached parse is used.
  await allow(policy('Allow', 'dynamodb:GetItem'));
  expect(await tryToRead()).toBe('read');
  await allow(policy('Deny', 'dynamodb:*'));
  expect(await tryToRead()).toBe('AccessDeniedException');
  await allow(policy('Allow', 'dynamodb:GetItem'));
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  expect(await tryToRead()).toBe('AccessDeniedException');
});
