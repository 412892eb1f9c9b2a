import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ProblemError } from '../../../functions/contracts/problem.ts';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import { failFast } from '../../../functions/runtime/fail-fast.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const error = (name: string) => Object.assign(new Error(name), { name });

function guarded() {
  const work = vi.fn<() => Promise<string>>();
  const port = failFast({ work });
  const run = () => port.work().catch((thrown: Error) => thrown.name);
  const runs = async (times: number) => {
    for (let index = 0; index < times; index++) await run();
    return work.mock.calls.length;
  };
  return { work, run, runs };
}

it('spares the stores after five outages, except for one request after a growing pause', async () => {
  const { work, run, runs } = guarded();
  work.mockRejectedValue(error('TimeoutError'));
  expect(await runs(50)).toBe(5);
  expect(await run()).toBe('RetryLater');
  vi.advanceTimersByTime(1_000);
  expect(await runs(50)).toBe(6);
  vi.advanceTimersByTime(60_000);
  expect(await runs(50)).toBe(7);
});

it('resumes after the first answer', async () => {
  const { work, run, runs } = guarded();
  work.mockRejectedValue(error('TimeoutError'));
  await runs(5);
  work.mockResolvedValue('fine');
  expect(await run()).toBe('RetryLater');
  vi.advanceTimersByTime(1_000);
  expect([await run(), await run()]).toEqual(['fine', 'fine']);
});

it('tries again within ten seconds, however long the outage', async () => {
  const { work, run, runs } = guarded();
  work.mockRejectedValue(error('ServiceUnavailable'));
  for (let round = 0; round < 40; round++) {
    await runs(5);
    vi.advanceTimersByTime(10_000);
  }
  work.mockResolvedValue('fine');
  expect(await run()).toBe('fine');
});

it.each([
  ['a problem error', new ProblemError('NOT_FOUND')],
  ['a conflict', new RetryLater('in conflict')],
  ['a throttled store', error('ProvisionedThroughputExceededException')],
])('counts %s as an answer', async (_what, thrown) => {
  const { work, runs } = guarded();
  work.mockRejectedValue(thrown);
  expect(await runs(20)).toBe(20);
});

it('gives up a call that hangs, and counts it', async () => {
  const { work, run } = guarded();
  work.mockReturnValue(new Promise(() => {}));
  const running = Array.from({ length: 5 }, run);
  await vi.advanceTimersByTimeAsync(8_000);
  expect(await Promise.all(running)).toEqual(Array(5).fill('TimeoutError'));
  expect(await run()).toBe('RetryLater');
});

it('guards each port on its own', async () => {
  const [store, queue] = [guarded(), guarded()];
  store.work.mockRejectedValue(error('TimeoutError'));
  queue.work.mockResolvedValue('sent');
  await store.runs(5);
  expect([await store.run(), await queue.run()]).toEqual(['RetryLater', 'sent']);
});
