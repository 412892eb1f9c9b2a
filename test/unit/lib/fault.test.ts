import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, expect, test } from 'vitest';
import { findFault } from '../../../functions/lib/fault.ts';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import { deadAddresses, goneServer, type WayToBeGone, waysToBeGone } from '../../support/gone-dependency.ts';

const gone = await goneServer();
afterAll(() => gone[Symbol.dispose]());

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const requestHandler = { connectionTimeout: 500, requestTimeout: 500, throwOnRequestTimeout: true };
const config = (endpoint: string) => ({ endpoint, region: 'eu-west-1', credentials, requestHandler, maxAttempts: 1 });
const entry = { Source: 'a', DetailType: 'b', Detail: '{}' };
const batch = { CallerReference: 'a', Paths: { Quantity: 1, Items: ['/'] } };

const calls: Readonly<Record<string, (endpoint: string) => Promise<unknown>>> = {
  DynamoDB: (endpoint) =>
    new DynamoDBClient(config(endpoint)).send(new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'a' } } })),
  SQS: (endpoint) =>
    new SQSClient(config(endpoint)).send(new SendMessageCommand({ QueueUrl: `${endpoint}/1/q`, MessageBody: 'a' })),
  EventBridge: (endpoint) => new EventBridgeClient(config(endpoint)).send(new PutEventsCommand({ Entries: [entry] })),
  S3: (endpoint) =>
    new S3Client({ ...config(endpoint), forcePathStyle: true }).send(
      new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' }),
    ),
  CloudFront: (endpoint) =>
    new CloudFrontClient(config(endpoint)).send(
      new CreateInvalidationCommand({ DistributionId: 'E1', InvalidationBatch: batch }),
    ),
};
const services = Object.keys(calls);

async function toFault(service: string, endpoint: string) {
  const error = await calls[service]?.(endpoint).then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  return error === 'no error' ? error : findFault(error);
}

// A write's answer has no body that S3 or CloudFront would read.
const unread = (service: string, way: WayToBeGone) =>
  (service === 'S3' || service === 'CloudFront') && way === '200 with HTML, from a proxy';
const cases = services.flatMap((service) =>
  (Object.keys(waysToBeGone) as WayToBeGone[])
    .filter((way) => !unread(service, way))
    .map((way) => ({
      service,
      way,
      fault: way === '429 with nothing' || way === 'a throttle' ? 'busy' : 'unavailable',
    })),
);

test.each(cases)('$service: classifies $way as $fault', async ({ service, way, fault }) => {
  gone.be(way);
  const found = await toFault(service, gone.url);
  // S3 and CloudFront speak XML; a JSON error is no answer of theirs.
  const xml = (service === 'S3' || service === 'CloudFront') && way === 'a throttle';
  expect(found).toBe(xml ? 'unavailable' : fault);
});

test.each(services.flatMap((service) => Object.entries(deadAddresses).map(([what, url]) => ({ service, what, url }))))(
  '$service: classifies $what as unavailable',
  async ({ service, url }) => {
    expect(await toFault(service, url)).toBe('unavailable');
  },
);

const failure = (properties: object) => Object.assign(new Error('failed'), properties);

test.each<readonly [string, unknown, string | undefined]>([
  ['an IPv6 and an IPv4 address refused', new AggregateError([failure({ code: 'ECONNREFUSED' })]), 'unavailable'],
  ['fetch', failure({ name: 'TypeError', cause: failure({ code: 'UND_ERR_CONNECT_TIMEOUT' }) }), 'unavailable'],
  ['an aborted call', failure({ name: 'AbortError' }), 'unavailable'],
  ['RetryLater for an outage', new RetryLater('later', { cause: failure({ statusCode: 500 }) }), 'unavailable'],
  ['RetryLater for a conflict', new RetryLater('later'), undefined],
  ...[
    'ERR_SOCKET_CONNECTION_TIMEOUT',
    'ERR_SOCKET_CLOSED',
    'ERR_STREAM_DESTROYED',
    'ENFILE',
    'ENOBUFS',
    'ESHUTDOWN',
  ].map((code) => [code, failure({ code }), 'unavailable'] as const),
  ...['ESERVFAIL', 'EREFUSED', 'ETIMEOUT'].map(
    (code) => [`a name server's ${code}`, failure({ code }), 'unavailable'] as const,
  ),
  ...['RequestTimeout', 'RequestTimeoutException'].map(
    (name) => [name, failure({ name, $fault: 'client', $metadata: { httpStatusCode: 400 } }), 'unavailable'] as const,
  ),
  ...['BandwidthLimitExceeded', 'PriorRequestNotComplete', 'RequestThrottled', 'ReplicatedWriteConflictException'].map(
    (name) => [name, failure({ name, $fault: 'client', $metadata: { httpStatusCode: 400 } }), 'busy'] as const,
  ),
  ['408 of a load balancer', failure({ name: 'RestError', statusCode: 408 }), 'unavailable'],
  ["408 of Google's token endpoint", failure({ code: 408 }), 'unavailable'],
  ['gRPC UNAVAILABLE', failure({ code: 14 }), 'unavailable'],
  ['gRPC UNKNOWN, a non-gRPC answer', failure({ code: 2 }), 'unavailable'],
  ['gRPC INTERNAL', failure({ code: 13 }), 'unavailable'],
  ['gRPC RESOURCE_EXHAUSTED', failure({ code: 8 }), 'busy'],
  ['gRPC ABORTED', failure({ code: 10 }), 'busy'],
  ['gRPC NOT_FOUND', failure({ code: 5 }), undefined],
  ['gRPC PERMISSION_DENIED', failure({ code: 7 }), undefined],
  ["Google's token endpoint, 503", failure({ code: 503 }), 'unavailable'],
  ["Azure's lost request", failure({ name: 'RestError', code: 'REQUEST_SEND_ERROR' }), 'unavailable'],
  ["Azure's unreadable answer", failure({ name: 'RestError', code: 'PARSE_ERROR', statusCode: 200 }), 'unavailable'],
  ['Azure, 404', failure({ name: 'RestError', code: 'ResourceNotFound', statusCode: 404 }), undefined],
  ["Azure's identity endpoint", failure({ name: 'CredentialUnavailableError' }), 'unavailable'],
  ['a missing permission', failure({ name: 'AccessDeniedException', $fault: 'client' }), undefined],
  ['a missing table', failure({ name: 'ResourceNotFoundException', $fault: 'client', $response: {} }), undefined],
  ['an item collection that is full', failure({ name: 'ItemCollectionSizeLimitExceededException' }), undefined],
  ['a bug', new TypeError("Cannot read properties of undefined (reading 'pk')"), undefined],
  ['invalid JSON in a row', new SyntaxError('Unexpected token'), undefined],
  ['a string', 'ECONNREFUSED', undefined],
  ['nothing', undefined, undefined],
])('classifies %s', (_, error, fault) => expect(findFault(error)).toBe(fault));
