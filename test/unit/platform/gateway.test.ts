import { describe, expect, it, onTestFinished } from 'vitest';
import { Gateway } from '../../../scripts/platform/gateway/gateway.ts';
import { call, type Respond, stubEngine } from './stub.ts';

const key = { accessKeyId: 'AKIARUN', secretAccessKey: 'secret', region: 'us-east-1', engineChecksSessions: true };
const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=ASIAROLE/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  'x-amz-security-token': 'checked by the engine',
});
const signed = signedFor('dynamodb');

async function gatewayInFront(respond?: Respond) {
  const engine = await stubEngine(respond);
  const gateway = new Gateway();
  await gateway.start();
  onTestFinished(() => gateway.stop());
  gateway.connect({ url: new URL(engine.url) }, key);
  return { engine, gateway };
}

describe('the gateway', () => {
  it('forwards method, path, query, headers and body, and returns the response', async () => {
    const { engine, gateway } = await gatewayInFront((_seen, response) => {
      response.writeHead(201, { 'x-answer': 'yes' }).end('created');
    });
    const headers = { ...signed, 'x-amz-date': 'now', 'content-type': 'text/plain' };
    const answer = await call(`${gateway.url}/a%2Fb?c=d`, { method: 'PUT', headers, body: 'content' });
    expect(answer).toMatchObject({ status: 201, body: 'created', headers: { 'x-answer': 'yes' } });
    expect(engine.seen[0]).toMatchObject({ method: 'PUT', url: '/a%2Fb?c=d', body: 'content', headers });
    expect(engine.seen[0]?.headers.host).toBe(new URL(gateway.url).host);
  });

  it('streams a large response', async () => {
    const { gateway } = await gatewayInFront(async (_seen, response) => {
      for (let i = 0; i < 64; i++) response.write('x'.repeat(64 * 1024));
      response.end();
    });
    expect((await call(gateway.url, { headers: signed })).body).toHaveLength(64 * 64 * 1024);
  });

  it('rejects a foreign origin before the engine sees the request', async () => {
    const { engine, gateway } = await gatewayInFront();
    const answer = await call(gateway.url, { method: 'POST', headers: { origin: 'https://evil.example' }, body: 'x' });
    expect(answer.status).toBe(403);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'origin_refused', status: 403 });
    expect(engine.seen).toEqual([]);
    expect(gateway.counters.snapshot()).toEqual({});
  });

  it.each([
    ['dynamodb', 'PutItem', 'POST', '/', { 'x-amz-target': 'DynamoDB_20120810.PutItem' }, '{}'],
    ['sqs', 'SendMessage', 'POST', '/', { 'x-amz-target': 'AmazonSQS.SendMessage' }, '{}'],
    [
      'iam',
      'GetRole',
      'POST',
      '/',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'Version=1&Action=GetRole',
    ],
    ['sqs', 'ReceiveMessage', 'GET', '/queue?Action=ReceiveMessage', {}, undefined],
    ['lambda', 'Invoke', 'POST', '/2015-03-31/functions/intake/invocations', {}, '{}'],
    ['s3', 'PutObject', 'PUT', '/bucket/key', {}, 'x'],
    ['monitoring', 'PutMetricData', 'POST', '/service/Granite/operation/PutMetricData', {}, 'x'],
  ])('counts a call of %s %s', async (service, operation, method, path, headers, body) => {
    const { engine, gateway } = await gatewayInFront();
    const all = { ...headers, ...signedFor(service) };
    await call(gateway.url + path, { method, headers: all, ...(body ? { body } : {}) });
    expect(gateway.counters.snapshot()).toEqual({ [service]: { [operation]: 1 } });
    expect(engine.seen[0]?.body).toBe(body ?? '');
  });

  it('counts the calls of functions by what they are about, from begin to end', async () => {
    const { engine, gateway } = await gatewayInFront();
    const ask = (target: string, body: object, agent = 'aws-sdk-js exec-env/AWS_Lambda_nodejs24.x') => {
      const [, service = ''] = /^(?:Amazon)?([A-Z]+)/i.exec(target) ?? [];
      const headers = {
        ...signedFor(service.toLowerCase()),
        'x-amz-target': `${service}.${target}`,
        'user-agent': agent,
      };
      return call(gateway.url, { method: 'POST', headers, body: JSON.stringify(body) });
    };
    await ask('DynamoDB.GetItem', { TableName: 'shop-orders' });
    gateway.functionCalls.begin();
    await ask('DynamoDB.GetItem', { TableName: 'shop-orders' });
    await ask('DynamoDB.GetItem', { TableName: 'shop-orders' });
    await ask('DynamoDB.Query', { TableName: 'shop-orders', IndexName: 'open' });
    const queue = 'shop-order-requests';
    await ask('AmazonSQS.SendMessage', { QueueUrl: `http://queues/1/${queue}` });
    // The checker's read is no function's.
    await ask('DynamoDB.Scan', { TableName: 'shop-orders' }, 'aws-sdk-js');
    expect(Object.fromEntries(gateway.functionCalls.end().made)).toEqual({
      'dynamodb.GetItem shop-orders': 2,
      'dynamodb.Query shop-orders#open': 1,
      [`sqs.SendMessage ${queue}`]: 1,
    });
    await ask('DynamoDB.GetItem', { TableName: 'shop-orders' });
    expect(gateway.functionCalls.end().made.size).toBe(0);
    expect(engine.seen.map(({ body }) => JSON.parse(body).TableName)).toContain('shop-orders');
  });

  it('lets a hook answer instead of the engine', async () => {
    const { engine, gateway } = await gatewayInFront();
    gateway.before.push(({ operation }) => (operation === 'PutItem' ? new Response('no', { status: 400 }) : undefined));
    const target = { ...signed, 'x-amz-target': 'DynamoDB_20120810.PutItem' };
    expect(await call(gateway.url, { method: 'POST', headers: target })).toMatchObject({ status: 400, body: 'no' });
    expect(await call(gateway.url, { headers: signed })).toMatchObject({ status: 200 });
    expect(engine.seen).toHaveLength(1);
  });

  it('answers 503 with Retry-After when the engine is down', async () => {
    const { engine, gateway } = await gatewayInFront();
    await engine.stop();
    const answer = await call(gateway.url, { headers: signed });
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'engine_unavailable' });
  });
});
