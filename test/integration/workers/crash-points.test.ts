import { expect, test } from 'vitest';
import { isAfterWrite, toCrashPoints, unseen } from '../../../scripts/lab/crash-points/points.ts';
import { observeCalls, tryPoints } from '../../../scripts/lab/crash-points/run.ts';
import { callersAreKnown } from '../../../scripts/platform/gateway/callers.ts';
import { platform, tokenOf } from '../../support/deployed.ts';

test('loses, duplicates, oversells and leaks nothing when functions are killed after their writes', async (context) => {
  context.skip(!callersAreKnown, 'callers are read from /proc');
  context.skip(platform.enginePid === undefined, "an external engine's functions do not call through the gateway");
  const issuer = {
    token: ({ customer, admin = false }: { customer: string; admin?: boolean }) => tokenOf(customer, { admin }),
  };
  const system = { ...platform, issuer };
  const calls = await observeCalls(system);
  expect(unseen(calls, platform.stage)).toEqual([]);
  const points = toCrashPoints(calls).filter(isAfterWrite);
  expect(points.length).toBeGreaterThanOrEqual(14);
  const trials = await tryPoints(system, points, { together: true });
  expect(trials.filter(({ hit, wrong }) => !hit || wrong.length > 0)).toEqual([]);
}, 300_000);
