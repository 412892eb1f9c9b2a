import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { project } from '../../../../functions/contracts/project.ts';
import { LocalApi } from '../../../../scripts/platform/api/local-api.ts';
import { buildThrottles } from '../../../../scripts/platform/api/throttles.ts';
import type { Host } from '../../../../scripts/platform/engine/host.ts';
import { parseFaultPlan } from '../../../../scripts/platform/gateway/faults/plan.ts';
import { Gateway } from '../../../../scripts/platform/gateway/gateway.ts';
import { PlatformMetrics } from '../../../../scripts/platform/metrics/platform-metrics.ts';
import { RecentMaximum } from '../../../../scripts/platform/metrics/recent-maximum.ts';
import { seriesRows } from '../../../../scripts/platform/metrics/series.ts';
import { startMetrics } from '../../../../scripts/platform/metrics/start-metrics.ts';
import { stages } from '../../../../stacks/model/stages/stages.ts';
import { edgeInFront } from '../edge/fixture.ts';
import { call, stubEngine } from '../stub.ts';

afterEach(() => void vi.useRealTimers());

const signed = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=ASIAROLE/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-security-token': 'checked by the engine',
  'user-agent': 'exec-env/AWS_Lambda_nodejs24.x',
};
const key = { accessKeyId: 'AKIARUN', secretAccessKey: 'secret', region: 'us-east-1', engineChecksSessions: true };

const message = (seconds: number, IsVisible: boolean, ReceiveCount: number) => ({
  SentTimestamp: Math.floor(Date.now() / 1_000) - seconds,
  IsVisible,
  ReceiveCount,
});
const queues = () => ({
  [`http://127.0.0.1/0/${project}-local-order-requests`]: [message(90, true, 0), message(10, false, 1)],
  [`http://127.0.0.1/0/${project}-local-fulfilment-requests`]: [message(5, false, 0)],
  [`http://127.0.0.1/0/${project}-local-order-requests-dlq`]: [],
  [`http://127.0.0.1/0/${project}-other-order-requests`]: [message(1, true, 0)],
});

/** All parts of a platform that are measured, before a stub of the engine. */
async function measured() {
  const engine = await stubEngine(({ url }, response) => {
    if (url === '/_ministack/sqs/messages')
      return void response.end(JSON.stringify({ messages: { 1: { 'us-east-1': queues() } } }));
    response.writeHead(url.startsWith('/broken') ? 500 : 200).end('{}');
  });
  const gateway = new Gateway();
  await gateway.start();
  onTestFinished(() => gateway.stop());
  gateway.connect({ url: new URL(engine.url) }, key);
  const localApi = new LocalApi(gateway.counters);
  await localApi.listen(0);
  onTestFinished(() => localApi.close());
  const to = { forwarder: engine.forwarder, path: (path: string) => path };
  const once = { read: 1_000, write: 1, admin: 1_000 };
  const throttle = (burst: number) => ({ ratePerSecond: 0.001, burst });
  const throttles = buildThrottles({
    read: throttle(once.read),
    write: throttle(once.write),
    admin: throttle(once.admin),
  });
  localApi.connect({ catalog: { ...to, path: () => '/broken' }, intake: to, stock: to }, { throttles });
  const { edge, ask } = await edgeInFront();
  const server = await startMetrics('local');
  onTestFinished(() => server.close());
  server.connect({ gateway, localApi, edge, host: { forwarder: engine.forwarder, engine: {} } as unknown as Host });
  const read = async () => {
    const { body } = await call(server.url);
    return new Map(
      body.split('\n').map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  };
  return { engine, gateway, localApi, ask, server, read };
}

describe('the metrics of a platform', () => {
  test('count the calls of the gateway by operation and status, throttles and faults', async () => {
    const { gateway, read } = await measured();
    const post = (operation: string, body: string) =>
      call(gateway.url, {
        method: 'POST',
        headers: { ...signed, 'x-amz-target': `DynamoDB_20120810.${operation}` },
        body,
      });
    await post('PutItem', '{}');
    gateway.faults.set(
      parseFaultPlan({ seed: 1, faults: [{ kind: 'throttle', service: 'dynamodb', probability: 1 }] }, 'the test'),
    );
    await post('PutItem', `{"TableName":"${project}-local-orders"}`);
    await post('Query', `{"TableName":"${project}-local-orders","IndexName":"byCustomer"}`);
    gateway.faults.clear();
    const values = await read();
    expect(values.get('aws_requests_total{aws_service="dynamodb",operation="PutItem",status="2xx"}')).toBe(1);
    expect(values.get('aws_requests_total{aws_service="dynamodb",operation="PutItem",status="4xx"}')).toBe(1);
    expect(values.get('aws_throttled_requests_total{aws_service="dynamodb",operation="PutItem"}')).toBe(1);
    expect(values.get('table_throttled_requests_total{table="orders",index="",side="write"}')).toBe(1);
    expect(values.get('table_throttled_requests_total{table="orders",index="byCustomer",side="read"}')).toBe(1);
    expect(values.get('table_throttled_requests_total{table="stock",index="",side="write"}')).toBe(0);
    // The plan is gone, and its faults are not: a counter never falls.
    expect(values.get('faults_injected_total{kind="throttle",aws_service="dynamodb",operation="PutItem"}')).toBe(1);
  });

  test('count the answers of the API by route and status, and what was throttled', async () => {
    const { localApi, read } = await measured();
    await call(`${localApi.url}/products/a`);
    await call(`${localApi.url}/orders`, { method: 'POST', body: '{}' });
    await call(`${localApi.url}/orders`, { method: 'POST', body: '{}' });
    await expect
      .poll(async () => Object.fromEntries(await read()))
      .toMatchObject({
        'api_requests_total{service="catalog",route="getProduct",status="5xx"}': 1,
        'api_requests_total{service="intake",route="placeOrder",status="2xx"}': 1,
        'api_requests_total{service="intake",route="placeOrder",status="4xx"}': 1,
        'api_throttled_requests_total{service="intake",route="placeOrder"}': 1,
        'api_request_duration_seconds_count{service="intake",route="placeOrder"}': 2,
      });
  });

  test('count hits, misses and statuses of the edge', async () => {
    const { ask, read } = await measured();
    await ask('/products/a');
    await ask('/products/a');
    const values = await read();
    const of = (result: string) =>
      [...values].find(([name, value]) => name.startsWith('edge_results_total') && name.includes(result) && value > 0);
    expect(of('"hits"')?.[1]).toBe(1);
    expect(of('"misses"')?.[1]).toBe(1);
    expect(values.get('edge_responses_total{status="2xx"}')).toBe(2);
    expect(values.get('edge_responses_total{status="5xx"}')).toBe(0);
    expect(values.get('edge_origin_duration_seconds_count')).toBe(1);
  });

  test('show the queues of the stage as the engine has them', async () => {
    const { read, engine } = await measured();
    const values = await read();
    expect(values.get('queue_messages{queue="order-requests",state="visible"}')).toBe(1);
    expect(values.get('queue_messages{queue="order-requests",state="in_flight"}')).toBe(1);
    expect(values.get('queue_messages{queue="fulfilment-requests",state="delayed"}')).toBe(1);
    expect(values.get('queue_oldest_message_age_seconds{queue="order-requests"}')).toBeCloseTo(90, -1);
    expect(values.get('queue_oldest_message_age_seconds{queue="order-requests-dlq"}')).toBe(0);
    expect([...values.keys()].filter((name) => name.includes('other'))).toEqual([]);
    await engine.stop();
    expect([...(await read()).keys()].filter((name) => name.startsWith('queue_messages{'))).toEqual([]);
  });

  test('show the calls and counters of the functions', async () => {
    const { server, read } = await measured();
    expect((await read()).get('app_breaker_opened_total{service="fulfilment"}')).toBe(0);
    expect((await read()).get('function_errors_total{service="settlement"}')).toBe(undefined);
    const { observer } = server;
    observer.onServed();
    expect((await read()).get('function_errors_total{service="settlement"}')).toBe(0);
    observer.onInvoked({ service: 'projection', seconds: 0.3, failed: true, streamAgeSeconds: 12 });
    const values = await read();
    expect(values.get('function_errors_total{service="projection"}')).toBe(1);
    expect(values.get('function_duration_seconds_bucket{le="0.5",service="projection"}')).toBe(1);
    expect(values.get('stream_iterator_age_seconds{service="projection"}')).toBe(12);
  });

  test('ask the engine nothing before they are read', async () => {
    const { engine, read } = await measured();
    const asked = () => engine.seen.filter(({ url }) => url.startsWith('/_ministack'));
    expect(asked()).toEqual([]);
    await read();
    expect(asked()).toHaveLength(1);
  });

  test.each([
    ['GET', '/', 404],
    ['POST', '/metrics', 405],
    ['HEAD', '/metrics', 200],
  ])('answer %s %s with %i', async (method, path, status) => {
    const { server } = await measured();
    expect((await call(new URL(path, server.url).href, { method })).status).toBe(status);
  });

  test('are refused to a web page', async () => {
    const { server } = await measured();
    expect((await call(server.url, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  });

  test('have the names of the table of series, and the kinds that their names say', async () => {
    const text = await new PlatformMetrics(stages.local).read();
    const types = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, kind]) => [name, kind]));
    for (const [name, { kind, notLocal }] of seriesRows) {
      expect([name, types.get(name)]).toEqual([name, notLocal ? undefined : kind]);
      expect([name, name.endsWith('_total')]).toEqual([name, kind === 'counter']);
    }
  });
});

test('the greatest value of the last minute is forgotten after it', () => {
  let now = 0;
  const ages = new RecentMaximum(() => now);
  expect(ages.read()).toBe(0);
  ages.add(5);
  now = 3_000;
  ages.add(3);
  now = 30_000;
  ages.add(4);
  expect(ages.read()).toBe(5);
  now = 70_000;
  expect(ages.read()).toBe(4);
  now = 200_000;
  expect(ages.read()).toBe(0);
});
