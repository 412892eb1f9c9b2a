import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { cachedTokens } from '../../../scripts/sale/place-orders.ts';

afterEach(() => void vi.restoreAllMocks());

const minute = 60_000;

test('requests one token per customer, and renews it before it expires', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(minute);
  const passTo = async (ms: number) => {
    clock.mockReturnValue(ms);
    // The cache reads the clock at most once per millisecond.
    await sleep(5);
  };
  const token = vi.fn(async ({ customer }: { customer: string }) => `${customer} ${token.mock.calls.length}`);
  const tokenOf = cachedTokens({ token });
  expect(await Promise.all([tokenOf('ada'), tokenOf('ada'), tokenOf('bob')])).toEqual(['ada 1', 'ada 1', 'bob 2']);
  await passTo(5 * minute);
  expect(await tokenOf('ada')).toBe('ada 1');
  await passTo(55 * minute);
  expect(await tokenOf('ada')).toBe('ada 3');
});
