import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, describe, expect, test } from 'vitest';
import { eventKey, orderKey } from '../../../functions/adapters/aws/keys.ts';
import { toOrderEvent } from '../../../functions/contracts/order-event.ts';
import { type Order, placeOrder, rejectOrder } from '../../../functions/domain/order.ts';
import { deriveOrderId } from '../../../functions/intake/place-order.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import {
  eventually,
  freshKey,
  freshProduct,
  output,
  platform,
  sdkConfig,
  settled,
  storesOf,
  tokenOf,
} from '../../support/deployed.ts';
import { type KillingProxy, startKillingProxy } from '../../support/killing-proxy.ts';
import { traceparent } from '../../support/memory-system.ts';

/** For more: REDRIVE_KILLS=200 npm run test:integration -- redrive */
const kills = Number(process.env.REDRIVE_KILLS ?? 12);
const stagesAtATime = 3;
const messagesARound = 20;
const killsARound = 10;
const visibilityTimeoutSeconds = 4;

const sqs = new SQSClient(sdkConfig);
const folder = mkdtempSync(join(tmpdir(), 'redrive-'));
const endpointUrl = platform.endpointUrl ?? `https://sqs.${platform.region}.amazonaws.com`;
afterAll(() => rmSync(folder, { recursive: true }));

function start(url: string, stage: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, ['scripts/commands/operate/redrive.ts', '--stage', stage, ...args], {
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: platform.region,
      AWS_ACCESS_KEY_ID: platform.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: platform.credentials.secretAccessKey,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Creates a separate stage's queues and table, without workers that would consume copies before they are counted. */
async function createBareStage() {
  const stage = `redrive-${randomUUID().slice(0, 8)}`;
  const create = async (name: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName: physicalName(stage, name) }))).QueueUrl ?? '';
  await new DynamoDBClient(sdkConfig).send(
    new CreateTableCommand({
      TableName: physicalName(stage, 'orders'),
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  return { stage, source: await create('order-requests'), dead: await create('order-requests-dlq') };
}

async function fill(QueueUrl: string, bodies: readonly string[]): Promise<void> {
  for (let first = 0; first < bodies.length; first += 10) {
    const Entries = bodies.slice(first, first + 10).map((MessageBody, i) => ({ Id: String(i), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}

/** Messages of a killed run stay hidden until their visibility timeout. */
const allVisible = (QueueUrl: string) =>
  eventually(async () => {
    const hidden = 'ApproximateNumberOfMessagesNotVisible';
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [hidden] }));
    expect(Attributes?.[hidden]).toBe('0');
  });

async function drain(QueueUrl: string): Promise<string[]> {
  await allVisible(QueueUrl);
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = '' }) => Body));
    const Entries = Messages.map(({ MessageId = '', ReceiptHandle = '' }) => ({ Id: MessageId, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

const requests = (count: number) =>
  Array.from({ length: count }, () =>
    JSON.stringify({ v: 1, orderId: `${randomUUID().slice(0, 14)}5${randomUUID().slice(15)}`, traceparent }),
  );

async function waitForExit(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (piece) => (stdout += piece));
  child.stderr?.on('data', (piece) => (stderr += piece));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** Small batches, so that most kills hit between sending and deleting. */
const apply = (audit: string) => [
  ...['--service', 'settlement', '--cause', 'UNKNOWN_ORDER', '--apply', '--audit', audit],
  ...['--visibility-timeout', String(visibilityTimeoutSeconds), '--batch', '3', '--rate', '1000'],
];

/** Runs `work` with a proxy between redrive and engine. */
async function withKillingProxy(work: (proxy: KillingProxy) => Promise<void>): Promise<void> {
  const proxy = await startKillingProxy({ endpointUrl, credentials: platform.credentials });
  await work(proxy).finally(() => proxy.close());
}

/** Expects each message exactly once in one of the two queues, even after killed runs. */
async function redriveKilled(times: number, proxy: KillingProxy): Promise<void> {
  const { stage, source, dead } = await createBareStage();
  for (let [killed, round] = [0, 0]; killed < times; round++) {
    const bodies = requests(messagesARound);
    await fill(dead, bodies);
    const audit = join(folder, `${stage}-${round}.jsonl`);
    for (let kill = 0; kill < killsARound && killed < times; kill++) {
      const child = start(proxy.url, stage, ...apply(audit));
      const call = 1 + Math.floor(Math.random() * 18);
      const when = Math.random() < 0.5 ? 'before' : 'after';
      proxy.arm({ call, when, kill: () => child.kill('SIGKILL') });
      const { code } = await waitForExit(child);
      if (code === null) killed++;
    }
    proxy.arm(undefined);
    await allVisible(dead);
    expect(await waitForExit(start(proxy.url, stage, ...apply(audit)))).toMatchObject({ code: 0 });
    expect((await drain(source)).sort()).toEqual(bodies.sort());
    expect(await drain(dead)).toEqual([]);
  }
}

// Concurrent: they mostly wait for messages hidden by killed runs.
describe.concurrent('a killed redrive', () => {
  test(
    `keeps each message once in one of the two queues after ${kills} random kills`,
    async () => {
      const each = Math.ceil(kills / stagesAtATime);
      const stages = Array.from({ length: stagesAtATime }, () =>
        withKillingProxy((proxy) => redriveKilled(each, proxy)),
      );
      await Promise.all(stages);
    },
    60_000 + kills * 15_000,
  );

  test(
    'sends nothing twice when killed after sending and again while checking for copies',
    () =>
      withKillingProxy(async (proxy) => {
        const { stage, source, dead } = await createBareStage();
        const bodies = requests(3);
        await fill(dead, bodies);
        const audit = join(folder, `${stage}.jsonl`);
        for (const [operation, call] of [
          ['SendMessageBatch', 1],
          // An unsure run first receives to check for copies.
          ['ReceiveMessage', 1],
        ] as const) {
          const child = start(proxy.url, stage, ...apply(audit));
          proxy.arm({ operation, call, when: 'after', kill: () => child.kill('SIGKILL') });
          expect((await waitForExit(child)).code).toBeNull();
        }
        proxy.arm(undefined);
        expect(await waitForExit(start(proxy.url, stage, ...apply(audit)))).toMatchObject({ code: 0 });
        await allVisible(dead);
        expect(await waitForExit(start(proxy.url, stage, ...apply(audit)))).toMatchObject({ code: 0 });
        expect((await drain(source)).sort()).toEqual(bodies.sort());
        expect(await drain(dead)).toEqual([]);
      }),
    120_000,
  );
});

/** Stores only the row of an order whose message never reached settlement. */
async function pendingOrder(sku: string): Promise<Order> {
  const orderId = deriveOrderId('ada', freshKey());
  const wanted = {
    orderId,
    customer: 'ada',
    sku,
    quantity: 1,
    unitPrice: 1_999,
    currency: 'EUR',
    shardCount: 2,
  } as const;
  const order = placeOrder(wanted, new Date().toISOString());
  const Item = marshall({ ...orderKey(orderId), v: 1, ...order, requestHash: 'of-nothing' });
  await new DynamoDBClient(sdkConfig).send(new PutItemCommand({ TableName: output('OrdersTable'), Item }));
  return order;
}

const parseOutcomes = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('only reports by default, and with --apply redrives what may succeed but not poison', async () => {
  const sku = await freshProduct();
  const { orderId } = await pendingOrder(sku);
  const poison = `poison-${randomUUID()}`;
  await fill(output('OrderDeadLetterUrl'), [JSON.stringify({ v: 1, orderId, traceparent }), poison]);
  const audit = join(folder, 'settlement.jsonl');
  const args = ['--service', 'settlement', '--newer-than', '1h', '--audit', audit] as const;

  const look = await waitForExit(start(endpointUrl, platform.stage, ...args));
  expect(look.code).toBe(0);
  expect(parseOutcomes(look.stdout)).toContainEqual(
    expect.objectContaining({ about: orderId, cause: 'FAILED_REPEATEDLY', action: 'would be sent' }),
  );
  const done = await waitForExit(start(endpointUrl, platform.stage, ...args, '--apply'));
  expect(done.code).toBe(0);
  expect(parseOutcomes(done.stdout)).toContainEqual(expect.objectContaining({ about: orderId, action: 'sent' }));
  expect(parseOutcomes(done.stdout)).toContainEqual(
    expect.objectContaining({ cause: 'MALFORMED_MESSAGE', outlook: 'would fail', action: 'left' }),
  );
  expect(await settled(await tokenOf('ada'), orderId)).toMatchObject({ state: 'CONFIRMED' });

  // Selected by cause, poison is sent too; it fails at once and is not sent in a loop.
  const named = await waitForExit(
    start(endpointUrl, platform.stage, ...args, '--cause', 'MALFORMED_MESSAGE', '--apply'),
  );
  expect(named.code).toBe(0);
  expect(parseOutcomes(named.stdout).some(({ action }) => action === 'sent')).toBe(true);
});

test('redrives an event to the projection that could not read it', async () => {
  const sku = await freshProduct({ units: 0 });
  const order = rejectOrder(await pendingOrder(sku), new Date().toISOString());
  const key = eventKey(order.orderId, order.version);
  const record = {
    dynamodb: { Keys: marshall(key), NewImage: marshall({ ...key, ...toOrderEvent(order, traceparent) }) },
  };
  await fill(output('ProjectionDeadLetterUrl'), [JSON.stringify(record)]);
  const audit = join(folder, 'projection.jsonl');
  const done = await waitForExit(
    start(endpointUrl, platform.stage, '--service', 'projection', '--apply', '--audit', audit),
  );
  expect(done.code).toBe(0);
  await eventually(async () => {
    expect((await storesOf(sku)).counted).toMatchObject([{ orderId: order.orderId, state: 'REJECTED' }]);
  });
});
