import { createHash } from 'node:crypto';
import { DynamoDBClient, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { processTree } from '../../scripts/platform/process/memory.ts';
import { aliasName, physicalName } from '../../stacks/model/names.ts';
import { calls } from '../support/deployed.ts';
import { listeningAddresses } from '../support/sockets.ts';
import { call } from '../unit/platform/stub.ts';

const { endpointUrl, region, credentials, apiUrl, issuerUrl, platformPid, engine, stage, outputs } = inject('platform');
const loopbackInHex = '0100007F';

const ownEngine = 'another engine has its own keys';

describe('the gateway', () => {
  beforeEach((context) => context.skip(!endpointUrl, 'functions call AWS directly, not through the gateway'));

  const createFunction = '/2015-03-31/functions';

  it.each([
    ['a foreign Origin', { origin: 'https://evil.example' }, 'origin_refused'],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 'cross_site_refused'],
    ['a foreign Host', { host: 'evil.example' }, 'host_refused'],
  ])('refuses %s before the engine sees it', async (_what, headers, code) => {
    const before = await calls();
    const answer = await call(endpointUrl + createFunction, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ code });
    expect((await calls()).unsigned).toEqual(before.unsigned);
  });

  it("runs nothing for a caller that knows the key's id, but not its secret", async (context) => {
    context.skip(engine !== 'ministack', ownEngine);
    const guessed = { accessKeyId: credentials.accessKeyId, secretAccessKey: 'guessed' };
    for (const one of [guessed, { accessKeyId: 'test', secretAccessKey: 'test' }])
      await expect(invoke(one)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  // The engine derives a role's keys from public names; engine.py adds a secret.
  it("runs nothing for a caller that derives a role's keys from its name", async (context) => {
    context.skip(engine !== 'ministack', ownEngine);
    const lambda = new LambdaClient({ endpoint: endpointUrl ?? '', region, credentials });
    const name = { FunctionName: physicalName(stage, 'stock'), Qualifier: aliasName };
    const { FunctionArn = '', Role = '' } = await lambda.send(new GetFunctionConfigurationCommand(name));
    lambda.destroy();
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    for (const arn of [FunctionArn, FunctionArn.replace(`:${aliasName}`, '')]) {
      const digest = sha256(`${arn}:${Role}`);
      const derived = {
        accessKeyId: `ASIA${digest.slice(0, 16).toUpperCase()}`,
        secretAccessKey: sha256(`secret:${digest}`),
        sessionToken: sha256(`token:${digest}`),
      };
      const client = new DynamoDBClient({ endpoint: endpointUrl ?? '', region, credentials: derived, maxAttempts: 1 });
      const put = new PutItemCommand({ TableName: outputs.StockTable ?? '', Item: { pk: { S: 'x' }, sk: { S: 'x' } } });
      await expect(client.send(put)).rejects.toMatchObject({
        name: expect.stringMatching(
          /^(InvalidToken|UnrecognizedClientException|InvalidClientTokenId|InvalidSignature)/,
        ),
      });
      client.destroy();
    }
  });

  it('counts the calls of SDK clients by service and operation', async () => {
    const before = (await calls()).dynamodb?.ListTables ?? 0;
    const client = new DynamoDBClient({ ...(endpointUrl ? { endpoint: endpointUrl } : {}), region, credentials });
    await client.send(new ListTablesCommand({}));
    client.destroy();
    expect((await calls()).dynamodb?.ListTables).toBe(before + 1);
  });
});

function invoke(own: { accessKeyId: string; secretAccessKey: string }): Promise<unknown> {
  const lambda = new LambdaClient({ endpoint: endpointUrl ?? '', region, credentials: own, maxAttempts: 1 });
  const command = new InvokeCommand({ FunctionName: physicalName(stage, 'catalog'), Payload: '{}' });
  return lambda.send(command).finally(() => lambda.destroy());
}

describe('the listening servers', () => {
  it.each([
    ['the API', apiUrl, '/health'],
    ['the issuer', issuerUrl, '/.well-known/jwks.json'],
  ])('%s refuses a foreign Host', async (_who, url, path) => {
    expect((await call(url + path)).status).toBe(200);
    expect((await call(url + path, { headers: { host: 'evil.example' } })).status).toBe(403);
  });

  it('issue no token to a web page', async () => {
    const page = { origin: 'https://evil.example', 'content-type': 'text/plain' };
    const answer = await call(`${issuerUrl}/token`, { method: 'POST', headers: page, body: '{"customer":"anna"}' });
    expect(answer.status).toBe(403);
  });

  it('bind to loopback only', (context) => {
    context.skip(process.platform !== 'linux', 'listening addresses are read from /proc');
    const addresses = listeningAddresses(processTree(platformPid));
    expect(addresses.length).toBeGreaterThan(0);
    expect(new Set(addresses)).toEqual(new Set([loopbackInHex]));
  });
});
