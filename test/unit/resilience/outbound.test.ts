import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  AttemptTimedOut,
  NoTimeLeft,
  type OutboundSettings,
  outbound,
  TooManyCalls,
} from '../../../functions/resilience/outbound.ts';

class Unavailable extends Error {}

const settings: OutboundSettings = {
  parallel: 4,
  attemptMs: 50,
  marginMs: 100,
  retries: 2,
  firstWaitMs: 1,
  retryShare: 0.1,
  isTransient: (error) => error instanceof Unavailable,
};
const plenty = () => 10_000;

/** Fails `failures` times, then answers. */
function flaky(failures: number, error: Error = new Unavailable()) {
  const seen = { calls: 0 };
  const call = async () => {
    if (seen.calls++ < failures) throw error;
    return 'answer';
  };
  return { seen, call };
}

test('retries transient errors, up to the limit', async () => {
  const [short, long] = [flaky(2), flaky(3)];
  expect(await outbound(settings)(short.call, plenty)).toBe('answer');
  await expect(outbound(settings)(long.call, plenty)).rejects.toThrow(Unavailable);
  expect([short.seen.calls, long.seen.calls]).toEqual([3, 3]);
});

test('does not retry a rejection', async () => {
  const { seen, call } = flaky(1, new TypeError('refused'));
  await expect(outbound(settings)(call, plenty)).rejects.toThrow(TypeError);
  expect(seen.calls).toBe(1);
});

test('aborts a hanging attempt through its signal, and retries', async () => {
  const signals: AbortSignal[] = [];
  const hanging = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<never>(() => {});
  };
  await expect(outbound(settings)(hanging, plenty)).rejects.toThrow(AttemptTimedOut);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
});

test('throws the error of an attempt that its signal ends: it may say when to retry', async () => {
  class AskedToWait extends Error {}
  const seen = { calls: 0 };
  const call = (signal: AbortSignal) => {
    seen.calls++;
    return new Promise<never>((_, reject) =>
      // A stream of bytes ends some ticks after its signal.
      signal.addEventListener('abort', () => setTimeout(() => reject(new AskedToWait()), 5)),
    );
  };
  // The signal ends 100 ms before the limit: a busy machine may stall in between.
  await expect(outbound({ ...settings, attemptMs: 250 })(call, plenty)).rejects.toThrow(AskedToWait);
  expect(seen.calls).toBe(1);
});

test('limits an attempt to the remaining time less the margin', async () => {
  const begun = performance.now();
  const end = begun + 120;
  const hanging = () => new Promise<never>(() => {});
  const call = outbound({ ...settings, attemptMs: 60_000, retries: 0 })(hanging, () => end - performance.now());
  await expect(call).rejects.toThrow(AttemptTimedOut);
  expect(performance.now() - begun).toBeLessThan(5_000);
});

test('makes no call when no time is left for an answer', async () => {
  const { seen, call } = flaky(0);
  await expect(outbound(settings)(call, () => settings.marginMs)).rejects.toThrow(NoTimeLeft);
  expect(seen.calls).toBe(0);
});

test('rejects a call above the concurrency limit', async () => {
  const guarded = outbound({ ...settings, attemptMs: 10_000 });
  const slow = Array.from({ length: 4 }, () => guarded(() => sleep(30, 'answer'), plenty));
  await expect(guarded(async () => 'answer', plenty)).rejects.toThrow(TooManyCalls);
  expect(await Promise.all(slow)).toHaveLength(4);
});

test('keeps retries within their share while the partner is down', async () => {
  const guarded = outbound(settings);
  let calls = 0;
  for (let i = 0; i < 300; i++) {
    const call = async () => {
      calls++;
      throw new Unavailable();
    };
    await guarded(call, plenty).catch(() => {});
  }
  // Allows 10 for the initial budget, and a tenth of the calls.
  expect(calls).toBeGreaterThan(300);
  expect(calls).toBeLessThanOrEqual(300 + 10 + 30);
});
