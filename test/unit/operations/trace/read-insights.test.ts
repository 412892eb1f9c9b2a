import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { insightsLines } from '../../../../scripts/operations/trace/read-insights.ts';
import { physicalName } from '../../../../stacks/model/names.ts';
import { stubEngine } from '../../platform/stub.ts';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => vi.unstubAllEnvs());

const orderId = '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e';

const field = (name: string, value: string) => ({ field: name, value });

/**
 * Constructed, not recorded: in the shape of the API's reference, with the functions' own lines.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html
 */
const rowOf = (service: string, line: object, logStream = '2026/11/27/[12]0a1b2c3d4e5f') => [
  field('@timestamp', '2026-11-27 09:00:00.123'),
  field('@message', `${JSON.stringify({ function_name: physicalName('dev', service), ...line })}\n`),
  field('@logStream', logStream),
  field('@ptr', 'CmEKJgoiMDAwMDAwMDAwMDAwOi9hd3MvbGFtYmRh'),
];
const settled = { level: 'INFO', message: 'settled', timestamp: '2026-11-27T09:00:00.123Z', orderId };

/** Logs that answer these results, one after the other. */
async function logsWith(...results: object[]) {
  const asked: Record<string, unknown>[] = [];
  const { url } = await stubEngine((seen, response) => {
    const isStart = String(seen.headers['x-amz-target']).endsWith('StartQuery');
    if (isStart) asked.push(JSON.parse(seen.body) as Record<string, unknown>);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify(isStart ? { queryId: 'q' } : results.length > 1 ? results.shift() : results[0]));
  });
  const found = { stage: 'dev', config: { endpoint: url, region: 'eu-west-1' }, place: 'AWS, eu-west-1' };
  return { asked, read: insightsLines(found, { sinceMs: 3_600_000, patienceMs: 300 }) };
}

test('asks the logs of every function on the way, once, and waits for the answer', async () => {
  const results = [rowOf('settlement', settled), rowOf('unknown', settled), [field('@message', 'END RequestId: 1')]];
  const { asked, read } = await logsWith({ status: 'Running', results: [] }, { status: 'Complete', results });
  const lines = await read([orderId, 'key.00000001']);
  expect(lines).toMatchObject([{ service: 'settlement', message: 'settled', version: '12', fields: { orderId } }]);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    logGroupNames: ['intake', 'settlement', 'projection', 'fulfilment', 'sweeper'].map(
      (service) => `/aws/lambda/${physicalName('dev', service)}`,
    ),
    queryString: `fields @timestamp, @message, @logStream | filter @message like /${orderId}|key\\.00000001/ | sort @timestamp asc | limit 10000`,
  });
  const { startTime, endTime } = asked[0] as { startTime: number; endTime: number };
  expect(endTime - startTime).toBeGreaterThanOrEqual(3_600);
});

test.each([
  ['that failed', { status: 'Failed' }, 'ended as Failed'],
  ['that AWS gave up', { status: 'Timeout' }, 'ended as Timeout'],
  ['that does not end', { status: 'Running' }, 'is still Running'],
  ['that found too much', { status: 'Complete', results: Array(10_000).fill([]) }, 'found more than 10000 lines'],
])('reports a query %s', async (_, result, text) => {
  const { read } = await logsWith(result);
  await expect(read([orderId])).rejects.toMatchObject({ code: 'query_failed', message: expect.stringContaining(text) });
});
