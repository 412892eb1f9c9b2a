import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Gateway } from '../../../scripts/platform/gateway/gateway.ts';
import { Sha256 } from '../../support/sha256.ts';
import { call, stubEngine } from './stub.ts';

const credentials = { accessKeyId: 'AKIARUN', secretAccessKey: 'secret' };
const region = 'us-east-1';

async function gatewayWithKey(engineChecksSessions = true, respond?: Parameters<typeof stubEngine>[0]) {
  const engine = await stubEngine(respond);
  const gateway = new Gateway();
  await gateway.start();
  onTestFinished(() => gateway.stop());
  gateway.connect({ url: new URL(engine.url) }, { ...credentials, region, engineChecksSessions });
  return { engine, url: gateway.url, host: new URL(gateway.url).host, counters: gateway.counters };
}

interface Change {
  readonly secret?: string;
  readonly keyId?: string;
  readonly sessionToken?: string;
  readonly service?: string;
  readonly region?: string;
  readonly minutesAgo?: number;
  readonly path?: string;
  readonly query?: Record<string, string>;
}

function signer({ secret, keyId, sessionToken, service = 'dynamodb', region: where = region }: Change): SignatureV4 {
  return new SignatureV4({
    credentials: {
      accessKeyId: keyId ?? credentials.accessKeyId,
      secretAccessKey: secret ?? credentials.secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
    },
    region: where,
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
}

const body = '{"TableName":"orders"}';

function toRequest(host: string, { path = '/', query = {} }: Change) {
  const headers = { host, 'x-amz-target': 'DynamoDB_20120810.ListTables' };
  return { method: 'POST', protocol: 'http:', hostname: host, path, query, headers, body };
}

const before = (minutes = 0) => ({ signingDate: new Date(Date.now() - minutes * 60_000) });

async function sign(host: string, change: Change = {}) {
  const { headers } = await signer(change).sign(toRequest(host, change), before(change.minutesAgo));
  const search = new URLSearchParams(change.query).toString().replaceAll('+', '%20');
  return { headers, path: `${change.path ?? '/'}${search && `?${search}`}` };
}

async function statusOf(url: string, { headers, path }: Awaited<ReturnType<typeof sign>>, text = body) {
  const { status, body: answer } = await call(url + path, { method: 'POST', headers, body: text });
  return status === 200 ? 200 : (JSON.parse(answer) as { __type: string }).__type;
}

describe("a call signed with the run's key", () => {
  it.each<[string, Change]>([
    ['', {}],
    ['a path with odd characters', { path: "/a%2Fb/c%20d/!*'()~" }],
    ['a path with empty and dot segments', { path: '/a//./b/../c/' }],
    ['a query with repeated and empty values', { query: { b: '', a: 'x y+z/%', A: "1'(2)*" } }],
    ['a signature of ten minutes ago', { minutesAgo: 10 }],
    ['S3, whose path is signed as it is', { service: 's3', path: "/bucket/a//b%20c/!*'()" }],
  ])('passes: %s', async (_what, change) => {
    const { url, host, engine } = await gatewayWithKey();
    expect(await statusOf(url, await sign(host, change))).toBe(200);
    expect(engine.seen[0]?.body).toBe(body);
  });

  it('passes from SDK clients of each protocol', async () => {
    const { url, engine } = await gatewayWithKey();
    const config = { endpoint: url, region, credentials, maxAttempts: 1 };
    const read = (promise: Promise<unknown>) => promise.catch((error: Error) => error);
    await read(new DynamoDBClient(config).send(new GetItemCommand({ TableName: 'orders', Key: { pk: { S: 'ä' } } })));
    await read(new LambdaClient(config).send(new InvokeCommand({ FunctionName: 'arn:aws:lambda:x:1:function:f' })));
    await read(new IAMClient(config).send(new GetRoleCommand({ RoleName: 'a b' })));
    const object = { Bucket: 'bucket', Key: "a b/c'd", Body: 'content' };
    await read(new S3Client({ ...config, forcePathStyle: true }).send(new PutObjectCommand(object)));
    expect(engine.seen.map(({ method, url: target }) => `${method} ${target.split('?', 1)[0]}`)).toEqual([
      'POST /',
      expect.stringMatching(/^POST \/2015-03-31\/functions\//),
      'POST /',
      'PUT /bucket/a%20b/c%27d',
    ]);
  });

  it.each<[string, Change, string]>([
    ['another secret', { secret: 'guessed' }, 'SignatureDoesNotMatch'],
    ['an empty secret', { secret: '' }, 'SignatureDoesNotMatch'],
    ['the id of another key', { keyId: 'AKIAOTHER' }, 'InvalidClientTokenId'],
    ['the id that emulators take for root', { keyId: 'test', secret: 'test' }, 'InvalidClientTokenId'],
    ['an account number', { keyId: '000000000000' }, 'InvalidClientTokenId'],
    ['no key id', { keyId: '' }, 'InvalidClientTokenId'],
    ['another region', { region: 'eu-west-1' }, 'SignatureDoesNotMatch'],
    ['a clock that is behind', { minutesAgo: 16 }, 'RequestTimeTooSkewed'],
    ['a clock that is ahead', { minutesAgo: -16 }, 'RequestTimeTooSkewed'],
    ['a session key without its token', { keyId: 'ASIAROLE' }, 'InvalidClientTokenId'],
  ])('is refused: %s', async (_what, change, code) => {
    const { url, host, engine, counters } = await gatewayWithKey();
    expect(await statusOf(url, await sign(host, change))).toBe(code);
    expect(engine.seen).toEqual([]);
    expect(counters.snapshot()).toEqual({});
  });

  it('is refused when anything signed was changed', async () => {
    const { url, host, engine } = await gatewayWithKey();
    const { headers, path } = await sign(host, { query: { a: '1' } });
    const changed: Promise<string | 200>[] = [
      statusOf(url, { headers, path }, '{"TableName":"orderz"}'),
      statusOf(url, { headers, path: '/?a=2' }),
      statusOf(url, { headers, path: '/b?a=1' }),
      statusOf(url, { headers: { ...headers, 'x-amz-target': 'DynamoDB_20120810.DeleteTable' }, path }),
      statusOf(url, {
        headers: { ...headers, authorization: headers.authorization?.replace(region, 'eu-west-1') ?? '' },
        path,
      }),
      statusOf(url, {
        headers: { ...headers, authorization: headers.authorization?.replace('dynamodb', 'lambda') ?? '' },
        path,
      }),
      statusOf(url, { headers: { ...headers, 'x-amz-date': '20260101T000000Z' }, path }),
    ];
    expect(await Promise.all(changed)).toEqual([
      ...Array.from({ length: 6 }, () => 'SignatureDoesNotMatch'),
      'IncompleteSignature',
    ]);
    expect(await statusOf(url, { headers: { ...headers, 'x-amz-extra': 'unsigned' }, path })).toBe('AccessDenied');
    expect(engine.seen).toEqual([]);
  });

  it('is refused when the announced hash is not that of the body', async () => {
    const { url, host } = await gatewayWithKey();
    const signed = await sign(host, { service: 's3' });
    const { status, body: answer } = await call(url, { method: 'POST', headers: signed.headers, body: 'other' });
    expect(status).toBe(403);
    expect(answer).toContain('<Code>XAmzContentSHA256Mismatch</Code>');
  });
});

describe('a call without a proper signature is refused:', () => {
  const credential = `Credential=AKIARUN/20260101/${region}/dynamodb/aws4_request`;

  it.each<[string, Record<string, string>, string]>([
    ['unsigned', {}, 'MissingAuthenticationToken'],
    ['another scheme', { authorization: 'Bearer x' }, 'IncompleteSignature'],
    ['an empty header', { authorization: '' }, 'IncompleteSignature'],
    ['SigV2', { authorization: 'AWS AKIARUN:x' }, 'IncompleteSignature'],
    [
      'SigV4A',
      { authorization: `AWS4-ECDSA-P256-SHA256 ${credential}, SignedHeaders=host, Signature=0` },
      'IncompleteSignature',
    ],
    ['no signature', { authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host` }, 'IncompleteSignature'],
    [
      'an unsigned host',
      { authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=x, Signature=0` },
      'AccessDenied',
    ],
    [
      'a longer scope',
      { authorization: `AWS4-HMAC-SHA256 ${credential}/more, SignedHeaders=host, Signature=0` },
      'IncompleteSignature',
    ],
  ])('%s', async (_what, headers, code) => {
    const { url, engine } = await gatewayWithKey();
    expect(await statusOf(url, { headers, path: '/2015-03-31/functions' })).toBe(code);
    expect(engine.seen).toEqual([]);
  });

  it('signed twice', async () => {
    const { url, host } = await gatewayWithKey();
    const { headers } = await sign(host);
    expect(await statusOf(url, { headers, path: '/?X-Amz-Credential=ASIAROLE' })).toBe('IncompleteSignature');
  });

  it('resetting the engine or reading its configuration', async () => {
    const { url, engine } = await gatewayWithKey();
    for (const path of ['/_ministack/reset', '/_ministack/config', '/_ministack/health/../reset', '//_ministack/reset'])
      expect((await call(url + path, { method: 'POST' })).status).toBe(403);
    expect(engine.seen).toEqual([]);
    expect((await call(`${url}/_ministack/health`)).status).toBe(200);
  });
});

describe('a presigned URL', () => {
  async function presign(host: string, expiresIn: number, change: Change = {}) {
    const headers = { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const request = { ...toRequest(host, { path: '/bucket/a%20b', ...change }), method: 'GET', headers };
    const signed = await signer({ service: 's3', ...change }).presign(request, {
      expiresIn,
      ...before(change.minutesAgo),
    });
    return `${signed.path}?${new URLSearchParams(signed.query as Record<string, string>).toString()}`;
  }

  it('passes until it expires', async () => {
    const { url, host } = await gatewayWithKey();
    expect((await call(url + (await presign(host, 60)))).status).toBe(200);
    expect((await call(url + (await presign(host, 3_600, { minutesAgo: 50 })))).status).toBe(200);
    expect((await call(url + (await presign(host, 60, { minutesAgo: 2 })))).body).toContain('Request has expired');
  });

  it.each<[string, Change, (target: string) => string]>([
    ['with another secret', { secret: 'guessed' }, (target) => target],
    ['for another object', {}, (target) => target.replace('a%20b', 'other')],
    ['with a longer life', {}, (target) => target.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000')],
    ['with no life', {}, (target) => target.replace('X-Amz-Expires=60', 'X-Amz-Expires=')],
    ['without its signature', {}, (target) => target.replace(/X-Amz-Signature=\w+/, '')],
  ])('is refused %s', async (_what, change, alter) => {
    const { url, host, engine } = await gatewayWithKey();
    const target = alter(await presign(host, 60, change));
    expect((await call(url + target)).status).toBe(403);
    expect(engine.seen).toEqual([]);
  });
});

describe('a session', () => {
  const session = { keyId: 'ASIAROLE', secret: 'of the role', sessionToken: 'token' };

  it('is left to the engine that issued it', async () => {
    const { url, host } = await gatewayWithKey();
    expect(await statusOf(url, await sign(host, session))).toBe(200);
  });

  it('is refused if the engine checks none', async () => {
    const { url, host } = await gatewayWithKey(false);
    expect(await statusOf(url, await sign(host, session))).toBe('InvalidClientTokenId');
    expect(await statusOf(url, await sign(host))).toBe(200);
  });

  // LocalStack needs this for the roles that `cdk deploy` assumes.
  it('is checked by its own secret if the engine checks none, and has issued it', async () => {
    const issued = (keyId: string) =>
      `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${keyId}</AccessKeyId><SecretAccessKey>of the role</SecretAccessKey><SessionToken>token</SessionToken></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
    const { url, host } = await gatewayWithKey(false, (_seen, response) => void response.end(issued('LSIAROLE')));
    const own = { ...session, keyId: 'LSIAROLE' };
    expect(await statusOf(url, await sign(host, own))).toBe('InvalidClientTokenId');
    expect(
      (await call(url, { method: 'POST', headers: (await sign(host, { service: 'sts' })).headers, body })).body,
    ).toBe(issued('LSIAROLE'));
    expect(await statusOf(url, await sign(host, own))).toBe(200);
    expect(await statusOf(url, await sign(host, { ...own, secret: 'guessed' }))).toBe('SignatureDoesNotMatch');
    expect(await statusOf(url, await sign(host, { ...own, sessionToken: 'other' }))).toBe('InvalidClientTokenId');
    expect(await statusOf(url, await sign(host, session))).toBe('InvalidClientTokenId');
  });
});
