import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { parseFaultPlan } from '../../../../scripts/platform/gateway/faults/plan.ts';
import { Gateway } from '../../../../scripts/platform/gateway/gateway.ts';
import { Network } from '../../../../scripts/platform/gateway/network.ts';
import { checkSignature, parseClaim } from '../../../../scripts/platform/gateway/signature.ts';
import { type Respond, type Seen, stubEngine } from '../stub.ts';

const [home, other] = ['eu-west-1', 'eu-central-1'] as const;
const keys = {
  [home]: { accessKeyId: 'AKIAHOME', secretAccessKey: 'home' },
  [other]: { accessKeyId: 'AKIAOTHER', secretAccessKey: 'other' },
};

/** Answers as engine.py does to a call that IAM allows and that is for another region. */
const letPass: Respond = (_seen, response) => void response.writeHead(421).end('{}');
const found: Respond = (_seen, response) => void response.end('{"Item":{"pk":{"S":"there"}}}');

async function twoRegions(atHome = letPass, there = found) {
  const network = new Network([home, other]);
  const open = async (region: typeof home | typeof other, respond: Respond) => {
    const engine = await stubEngine(respond);
    const gateway = new Gateway(network);
    await gateway.start();
    onTestFinished(() => gateway.stop());
    gateway.connect({ url: new URL(engine.url) }, { ...keys[region], region, engineChecksSessions: true });
    return { engine, gateway };
  };
  return { network, home: await open(home, atHome), other: await open(other, there) };
}

const clientAt = (endpoint: string, region: string = other, patienceMs = 10_000) =>
  new DynamoDBClient({
    ...{ endpoint, region, credentials: keys[home], maxAttempts: 1 },
    requestHandler: { requestTimeout: patienceMs, throwOnRequestTimeout: true },
  });

const get = (client: DynamoDBClient) =>
  client.send(new GetItemCommand({ TableName: 'stock', Key: { pk: { S: 'ä' } } })).then(
    ({ Item }) => Item,
    (error: Error) => error.name,
  );

it('a call of the own region stays there', async () => {
  const regions = await twoRegions(found);
  expect(await get(clientAt(regions.home.gateway.url, home))).toEqual({ pk: { S: 'there' } });
  expect(regions.other.engine.seen).toEqual([]);
});

it('a call of another region that the engine lets pass is served there, signed with the key of that engine', async () => {
  const regions = await twoRegions();
  expect(await get(clientAt(regions.home.gateway.url))).toEqual({ pk: { S: 'there' } });
  const [checked] = regions.home.engine.seen;
  const [served] = regions.other.engine.seen;
  expect(served?.body).toBe(checked?.body);
  expect(checked?.headers.authorization).toContain(`AKIAHOME/`);
  expect(served?.headers.authorization).toContain(`AKIAOTHER/`);
  expect(signatureFault(served, keys[other].secretAccessKey)).toBeUndefined();
  expect(signatureFault(served, 'another secret')).toMatchObject({ code: 'SignatureDoesNotMatch' });
});

/** The fault that the other region's engine would find in a call's signature; undefined if it finds none. */
function signatureFault(seen: Seen | undefined, secret: string) {
  const { method, url = '/', headers = {}, body = '' } = seen ?? {};
  const headersDistinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [`${value}`]]));
  const request = { method, url, headers, headersDistinct };
  const target = new URL(url, 'http://localhost');
  const claim = parseClaim(request, target);
  if ('code' in claim) return claim;
  return checkSignature(claim, secret, { request, url: target, body: Buffer.from(body) }, Date.now());
}

it('a call that the engine refuses never leaves the region', async () => {
  const denied = '{"__type":"AccessDeniedException","message":"not authorized"}';
  const regions = await twoRegions((_seen, response) => void response.writeHead(400).end(denied));
  expect(await get(clientAt(regions.home.gateway.url))).toBe('AccessDeniedException');
  expect(regions.other.engine.seen).toEqual([]);
});

it('only tables are reached in another region, and only in a region of the run', async () => {
  const regions = await twoRegions();
  expect(await get(clientAt(regions.home.gateway.url, 'us-east-1'))).toBe('SignatureDoesNotMatch');
  const sqs = new SQSClient({
    ...{ endpoint: regions.home.gateway.url, region: other, credentials: keys[home], maxAttempts: 1 },
  });
  const message = new SendMessageCommand({ QueueUrl: 'http://127.0.0.1/1/orders', MessageBody: 'x' });
  await expect(sqs.send(message)).rejects.toThrow(/valid region/);
  expect(regions.home.engine.seen).toEqual([]);
});

it('while the network is cut, calls of another region get no answer', async () => {
  const regions = await twoRegions();
  const { url } = regions.home.gateway;
  regions.network.cut();
  expect(await get(clientAt(url, other, 100))).toBe('TimeoutError');
  expect(regions.other.engine.seen).toEqual([]);
  await expect.poll(() => regions.network.unanswered).toBe(1);
  regions.network.heal();
  expect(await get(clientAt(url))).toEqual({ pk: { S: 'there' } });
});

it('an answer that is under way when the network is cut is lost, though the call was served', async () => {
  let cut = () => {};
  const regions = await twoRegions(letPass, (_seen, response) => {
    cut();
    response.end('{}');
  });
  cut = () => regions.network.cut();
  expect(await get(clientAt(regions.home.gateway.url))).not.toEqual({});
  expect(regions.other.engine.seen).toHaveLength(1);
});

it('a lost region answers no call, and the others go on', async () => {
  const regions = await twoRegions();
  regions.network.lose(other);
  expect(await get(clientAt(regions.home.gateway.url, other, 100))).toBe('TimeoutError');
  expect(regions.network.reaches(home, other)).toBe(false);
  expect(regions.network.reaches(home, home)).toBe(true);
});

it.each([
  ['lost', 1],
  ['duplicate', 2],
] as const)('a fault of the kind %s strikes a call of another region there', async (kind, served) => {
  const regions = await twoRegions();
  regions.home.gateway.faults.set(parseFaultPlan({ faults: [{ kind }] }, 'the test'));
  const client = clientAt(regions.home.gateway.url);
  client.middlewareStack.add(
    (next) => (args) => {
      // As from a function: only their calls are struck.
      (args.request as { headers: Record<string, string> }).headers['user-agent'] = 'exec-env/AWS_Lambda_nodejs24.x';
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'high' },
  );
  const answer = await get(client);
  expect(regions.other.engine.seen).toHaveLength(served);
  expect(typeof answer).toBe(kind === 'lost' ? 'string' : 'object');
});
