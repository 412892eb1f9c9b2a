import { expect, test } from 'vitest';
import type { FunctionPool } from '../../../../scripts/platform/functions/function-pool.ts';
import { type Call, presentVersion, VersionRouter } from '../../../../scripts/platform/functions/versions.ts';

const pool = (result: string, onRetire = () => {}) =>
  ({ invoke: async () => ({ result }), retire: onRetire }) as unknown as FunctionPool;
const invocation = { event: '{}', requestId: '', version: '', arn: '', deadlineMs: 0, traceId: undefined };
const present = pool('{"statusCode":200}');

function routed() {
  const calls: Call[] = [];
  const retired: string[] = [];
  const metrics: string[] = [];
  const router = new VersionRouter((_, { name }) => pool('{"statusCode":503}', () => retired.push(name)));
  const observer = {
    onCall: (call: Call) => void calls.push(call),
    onMetrics: (version: string) => void metrics.push(version),
  };
  const begin = (name: string) => router.begin({ name, bundlePath: () => '' }, observer);
  const call = () => router.invoke({ service: 'intake', present, invocation });
  return { router, begin, call, calls, retired, metrics };
}

test('calls go to the present version until another one has a share', async () => {
  const { router, begin, call, calls } = routed();
  await call();
  begin('before');
  await call();
  router.setShare(1);
  await call();
  router.setShare(0);
  await call();
  expect(calls.map(({ version, status }) => [version, status])).toEqual([
    [presentVersion, 200],
    ['before', 503],
    [presentVersion, 200],
  ]);
});

test('a share of one half gets about half of the calls', async () => {
  const { router, begin, call, calls } = routed();
  begin('before');
  router.setShare(0.5);
  for (let index = 0; index < 400; index++) await call();
  const other = calls.filter(({ version }) => version === 'before').length;
  expect(other).toBeGreaterThan(120);
  expect(other).toBeLessThan(280);
});

test('another version begins without calls, and the one before it ends', async () => {
  const { router, begin, call, calls, retired } = routed();
  begin('first');
  router.setShare(1);
  await call();
  begin('second');
  await call();
  expect(retired).toEqual(['first']);
  expect(calls.map(({ version }) => version)).toEqual(['first', presentVersion]);
});

test('waits for the calls of the other version that have begun, and not for the present one', async () => {
  const ends: (() => void)[] = [];
  const slow = { invoke: () => new Promise((resolve) => ends.push(() => resolve({ result: '{}' }))) } as never;
  const router = new VersionRouter(() => slow);
  router.begin({ name: 'bad', bundlePath: () => '' }, { onCall: () => {}, onMetrics: () => {} });
  router.setShare(1);
  const calls = [router.invoke({ service: 'intake', present, invocation })];
  router.setShare(0);
  calls.push(router.invoke({ service: 'intake', present: slow, invocation }));
  let ended = false;
  const waited = router.untilEnded().then(() => {
    ended = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toBe(false);
  ends[0]?.();
  await waited;
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await Promise.all(calls);
});

test('hands on the metrics of both versions, and no other line', () => {
  const { router, begin, metrics } = routed();
  begin('before');
  router.onLog('before', 'intake', '{"_aws":{},"OrdersAccepted":1}');
  router.onLog(presentVersion, 'intake', '{"level":"INFO","message":"answered"}');
  expect(metrics).toEqual(['before']);
});
