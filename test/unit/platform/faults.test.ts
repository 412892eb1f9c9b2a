import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient, GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type FaultPlanInput, parseFaultPlan } from '../../../scripts/platform/gateway/faults/plan.ts';
import { Gateway } from '../../../scripts/platform/gateway/gateway.ts';
import { call, stubEngine } from './stub.ts';

// The SDK clients load slowly on a busy machine.
vi.setConfig({ testTimeout: 30_000 });
beforeEach(() => void vi.stubEnv('AWS_EXECUTION_ENV', 'AWS_Lambda_nodejs24.x'));
afterEach(() => void vi.unstubAllEnvs());

type Faults = FaultPlanInput['faults'];

async function startFaulty(faults: Faults, { seed = 1, maxAttempts = 1, requestTimeout = 20_000 } = {}) {
  const engine = await stubEngine((_seen, response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
  });
  const gateway = new Gateway();
  await gateway.start();
  onTestFinished(() => gateway.stop());
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const key = { ...credentials, region: 'us-east-1', engineChecksSessions: true };
  gateway.connect({ url: new URL(engine.url) }, key);
  gateway.faults.set(parseFaultPlan({ seed, faults }, 'the test'));
  const config = {
    endpoint: gateway.url,
    region: 'us-east-1',
    credentials,
    maxAttempts,
    requestHandler: { requestTimeout, throwOnRequestTimeout: true },
  };
  return { engine, gateway, config };
}

const key = { pk: { S: 'a' } };
const get = new GetItemCommand({ TableName: 'orders', Key: key });
const put = new PutItemCommand({ TableName: 'orders', Item: key });
const transaction = new TransactWriteItemsCommand({
  TransactItems: [1, 2, 3].map(() => ({ Put: { TableName: 'orders', Item: key } })),
});

describe('a fault', () => {
  const invalidation = { DistributionId: 'E1', InvalidationBatch: { CallerReference: 'a', Paths: { Quantity: 0 } } };
  it.each([
    ['dynamodb', (config: object) => new DynamoDBClient(config).send(get), 'InternalServerError'],
    [
      'sqs',
      (config: object) =>
        new SQSClient(config).send(new SendMessageCommand({ QueueUrl: 'http://q/1', MessageBody: 'a' })),
      'InternalFailure',
    ],
    [
      'events',
      (config: object) => new EventBridgeClient(config).send(new PutEventsCommand({ Entries: [{ Source: 'a' }] })),
      'InternalException',
    ],
    [
      'cloudfront',
      (config: object) => new CloudFrontClient(config).send(new CreateInvalidationCommand(invalidation)),
      'ServiceUnavailable',
    ],
  ])("uses %s's own error format", async (service, send, name) => {
    const { config, engine, gateway } = await startFaulty([{ kind: 'reject' }]);
    await expect(send(config)).rejects.toMatchObject({ name, $fault: expect.anything() });
    gateway.faults.set(parseFaultPlan({ faults: [{ kind: 'throttle' }] }, 'the test'));
    const error = await send(config).catch((thrown: unknown) => thrown);
    expect((error as Error).name).toMatch(/Throttl|ProvisionedThroughput/);
    expect(engine.seen).toEqual([]);
    expect(gateway.faults.report()).toMatchObject([{ kind: 'throttle', calls: 1, injected: 1 }]);
    expect(gateway.counters.snapshot()).toHaveProperty(service);
  });

  it('does not affect calls of scripts', async () => {
    vi.unstubAllEnvs();
    const { config, engine } = await startFaulty([{ kind: 'reject' }]);
    await new DynamoDBClient(config).send(get);
    expect(engine.seen).toHaveLength(1);
  });

  it('gives a transaction one reason per item', async () => {
    const { config } = await startFaulty([
      { kind: 'conflict', atMost: 1 },
      { kind: 'conflict', reasons: ['None', 'ThrottlingError'] },
    ]);
    const client = new DynamoDBClient(config);
    const error = await client.send(transaction).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'TransactionCanceledException' });
    const codes = (error as { CancellationReasons: { Code: string }[] }).CancellationReasons.map(({ Code }) => Code);
    expect(codes.toSorted()).toEqual(['None', 'None', 'TransactionConflict']);
    await expect(client.send(transaction)).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'None' }, { Code: 'ThrottlingError' }, { Code: 'None' }],
    });
    await expect(client.send(put)).rejects.toMatchObject({ name: 'TransactionConflictException' });
  });

  it.each([
    ['lost', 1],
    ['reset', 0],
  ] as const)('%s: gives the caller no answer, and the engine sees the call %i times', async (kind, times) => {
    const { config, engine } = await startFaulty([{ kind }]);
    await expect(new DynamoDBClient(config).send(put)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(engine.seen).toHaveLength(times);
  });

  it('hang: makes the caller wait until it gives up', async () => {
    const { config, engine } = await startFaulty([{ kind: 'hang' }], { requestTimeout: 300 });
    await expect(new DynamoDBClient(config).send(put)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(engine.seen).toEqual([]);
  });

  it('duplicate: sends the engine the same call twice', async () => {
    const { config, engine } = await startFaulty([{ kind: 'duplicate' }]);
    await new DynamoDBClient(config).send(put);
    expect(engine.seen).toHaveLength(2);
    expect(engine.seen[0]).toEqual(engine.seen[1]);
  });

  it('delay: delivers the call late, even after its caller has given up', async () => {
    const { config, engine } = await startFaulty([{ kind: 'delay', ms: 600 }], { requestTimeout: 300 });
    await expect(new DynamoDBClient(config).send(put)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(engine.seen).toEqual([]);
    await vi.waitFor(() => expect(engine.seen).toHaveLength(1), 20_000);
  });

  it("is overcome by the SDK's retries", async () => {
    const { config } = await startFaulty([{ kind: 'reset', atMost: 1 }], { maxAttempts: 2 });
    await new DynamoDBClient(config).send(put);
  });
});

describe('a plan', () => {
  async function runWithSeed(seed: number): Promise<string> {
    const { config } = await startFaulty([{ kind: 'throttle', service: 'dynamodb', probability: 0.5 }], { seed });
    const client = new DynamoDBClient(config);
    const answers: string[] = [];
    for (let i = 0; i < 30; i++)
      answers.push(
        await client.send(get).then(
          () => '.',
          () => 'x',
        ),
      );
    return answers.join('');
  }

  it('hits the same calls with the same seed, and other calls with another seed', async () => {
    const first = await runWithSeed(7);
    expect(first).toMatch(/x/);
    expect(first).toMatch(/\./);
    expect(await runWithSeed(7)).toBe(first);
    expect(await runWithSeed(8)).not.toBe(first);
  });

  it('respects its service, operation, window and maximum', async () => {
    const { config, gateway } = await startFaulty([
      { kind: 'reject', service: 'sqs' },
      { kind: 'reject', operation: 'PutItem' },
      { kind: 'reject', fromMs: 500_000 },
      { kind: 'reject', untilMs: 0 },
      { kind: 'reject', operation: 'GetItem', afterCalls: 1, atMost: 1 },
    ]);
    const client = new DynamoDBClient(config);
    const answers: string[] = [];
    for (let i = 0; i < 4; i++)
      answers.push(
        await client.send(get).then(
          () => '.',
          () => 'x',
        ),
      );
    expect(answers.join('')).toBe('.x..');
    expect(gateway.faults.report().map(({ calls, injected }) => [calls, injected])).toEqual([
      [0, 0],
      [0, 0],
      [4, 0],
      [4, 0],
      [4, 1],
    ]);
  });

  it.each([
    [{ faults: [] }, 'faults'],
    [{ faults: [{ kind: 'explode' }] }, 'faults[0].kind'],
    [{ faults: [{ kind: 'lost', probabilty: 0.1 }] }, 'probabilty'],
    [{ faults: [{ kind: 'lost', probability: 5 }] }, 'faults[0].probability'],
    [{ faults: [{ kind: 'conflict', reasons: ['ConditionalCheckFailed'] }] }, 'faults[0].reasons[0]'],
    [{ seed: -1, faults: [{ kind: 'lost' }] }, 'seed'],
  ])('is rejected with the name of the bad property: %j', async (plan, named) => {
    expect(() => parseFaultPlan(plan, 'plan.json')).toThrow(named);
    const { gateway } = await startFaulty([{ kind: 'lost' }]);
    const url = `${gateway.url}/_platform/faults`;
    const answer = await call(url, { method: 'PUT', body: JSON.stringify(plan) });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'faults_invalid', detail: expect.stringContaining(named) });
    expect(JSON.parse((await call(url)).body)).toEqual([
      { kind: 'lost', service: 'any', operation: 'any', calls: 0, injected: 0 },
    ]);
  });
});
