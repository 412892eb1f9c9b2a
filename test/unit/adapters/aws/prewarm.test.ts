import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as Prewarm from '../../../../functions/adapters/aws/lambda/prewarm.ts';

let module: typeof Prewarm;
let server: Server;
const requests: { readonly line: string; readonly signed: boolean }[] = [];
const sockets = new Set<object>();
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  // The module keeps one list per process: a fresh copy lacks the clients of other tests.
  vi.resetModules();
  module = await import('../../../../functions/adapters/aws/lambda/prewarm.ts');
  requests.length = 0;
  sockets.clear();
  answer = (_, response) => response.end('{}');
  server = createServer((request, response) => {
    sockets.add(request.socket);
    requests.push({ line: `${request.method} ${request.url}`, signed: request.headers.authorization !== undefined });
    request.resume().on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const config = () => ({
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
});
const get = () => new GetItemCommand({ TableName: 'orders', Key: { pk: { S: '1' } } });

function prewarmTable(): DynamoDBClient {
  const client = new DynamoDBClient(config());
  module.prewarmed(client, (instead) => client.send(instead(get())));
  return client;
}

test('sends no command, only one unsigned ping for each client', async () => {
  prewarmTable();
  const sqs = new SQSClient(config());
  const sample = { QueueUrl: `${config().endpoint}/queue`, MessageBody: 'prewarm' };
  module.prewarmed(sqs, (instead) => sqs.send(instead(new SendMessageCommand(sample))));
  await module.prewarm();
  expect(requests).toEqual([
    { line: 'GET /ping', signed: false },
    { line: 'GET /ping', signed: false },
  ]);
});

test('leaves a connection for the first command', async () => {
  const client = prewarmTable();
  await module.prewarm();
  await client.send(get());
  expect(requests.at(-1)).toEqual({ line: 'POST /', signed: true });
  expect(sockets.size).toBe(1);
});

test.each<[string, typeof answer]>([
  ['403', (_, response) => response.writeHead(403).end('<Error><Code>MissingAuthenticationToken</Code></Error>')],
  ['503', (_, response) => response.writeHead(503).end('busy')],
  ['a closed connection', (request) => request.socket.destroy()],
])('is done after %s, without a second try', async (_, respond) => {
  answer = respond;
  const client = prewarmTable();
  await module.prewarm();
  expect(requests).toHaveLength(1);
  answer = (_request, response) => response.end('{}');
  await expect(client.send(get())).resolves.toBeDefined();
});

test('is done when nothing listens, or when there are no credentials', async () => {
  const [gone, nobody] = [
    new DynamoDBClient({ ...config(), endpoint: 'http://127.0.0.1:9' }),
    new DynamoDBClient({ ...config(), credentials: () => Promise.reject(new Error('no credentials')) }),
  ];
  for (const client of [gone, nobody]) module.prewarmed(client, (instead) => client.send(instead(get())));
  await expect(module.prewarm()).resolves.toBeUndefined();
});

test('does not wait for an endpoint that hangs', async () => {
  answer = () => {};
  prewarmTable();
  const begun = performance.now();
  await module.prewarm();
  expect(performance.now() - begun).toBeLessThan(3_000);
});
