import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import type { BreakerSettings } from '../../../functions/domain/breaker.ts';
import type { BreakerStore } from '../../../functions/ports/breaker.ts';
import type { FencedNotes, Lease, LeaseStore } from '../../../functions/ports/lease.ts';
import { type CircuitOpen, circuitBreaker, type Guard } from '../../../functions/resilience/circuit-breaker.ts';
import { systemClock } from '../../../functions/runtime/system.ts';
import { platform, sdkConfig } from '../../support/deployed.ts';

const TableName = `shared-state-${randomUUID().slice(0, 8)}`;
let breakers: BreakerStore;
let leases: LeaseStore;
let notes: FencedNotes;

beforeAll(async () => {
  await new DynamoDBClient(sdkConfig).send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  // The adapters read their endpoint from the environment on their first call.
  process.env.AWS_REGION = platform.region;
  process.env.AWS_ACCESS_KEY_ID = platform.credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = platform.credentials.secretAccessKey;
  if (platform.endpointUrl) process.env.AWS_ENDPOINT_URL = platform.endpointUrl;
  breakers = (await import('../../../functions/adapters/aws/breaker.ts')).breakerStore(TableName);
  const adapter = await import('../../../functions/adapters/aws/lease.ts');
  [leases, notes] = [adapter.leaseStore(TableName), adapter.fencedNotes(TableName)];
});

const settings: BreakerSettings = {
  windowMs: 60_000,
  failures: 5,
  failureShare: 0.5,
  openMs: 2_000,
  probeMs: 20_000,
  refreshMs: 200,
};

function environments(number: number) {
  const name = `partner-${randomUUID()}`;
  const seen = { writes: 0, transitions: [] as string[] };
  const store: BreakerStore = {
    read: breakers.read,
    replace: (...args) => {
      seen.writes++;
      return breakers.replace(...args);
    },
  };
  const guards = Array.from({ length: number }, () =>
    circuitBreaker({
      ...{ name, store, settings, clock: systemClock, meter: { count: () => {} } },
      says: () => 'down',
      onTransition: (from, to) => void seen.transitions.push(`${from} ${to}`),
      onStoreFailure: (error) => {
        throw error;
      },
    }),
  );
  return { name, guards, seen };
}

const down = async () => Promise.reject(new Error('down'));

test('a healthy breaker writes nothing over 10,000 calls', async () => {
  const { name, guards, seen } = environments(1);
  for (let i = 0; i < 10_000; i++) await guards[0]?.(async () => 'answer');
  expect(seen.writes).toBe(0);
  expect(await breakers.read(name)).toBeUndefined();
});

test('lets one of 50 environments probe, and closes the breaker for all on success', async () => {
  const { name, guards, seen } = environments(50);
  for (let i = 0; i < settings.failures; i++) await guards[0]?.(down).catch(() => {});
  expect(await breakers.read(name)).toMatchObject({ state: 'OPEN', version: 1 });
  await sleep(settings.openMs);
  let calls = 0;
  const probe = async () => {
    calls++;
    await sleep(1_500);
  };
  const ask = (guard: Guard) =>
    guard(probe).then(
      () => 'ok',
      (error: CircuitOpen) => error.name,
    );
  const outcomes = await Promise.all(guards.map(ask));
  expect(calls).toBe(1);
  expect(outcomes.filter((outcome) => outcome === 'CircuitOpen')).toHaveLength(49);
  await sleep(settings.refreshMs);
  await Promise.all(guards.map((guard) => guard(async () => 'answer')));
  expect(seen.transitions).toEqual(['CLOSED OPEN', 'OPEN PROBING', 'PROBING CLOSED']);
  expect(await breakers.read(name)).toMatchObject({ state: 'CLOSED', version: 3 });
});

test('grants a lease to one of many; its successor gets a higher token and fences off its writes', async () => {
  const name = `sweeper-${randomUUID()}`;
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => leases.take(name, `holder-${i}`, 1_000, 500)));
  const [first, ...others] = all.filter((lease) => lease !== undefined) as [Lease, ...Lease[]];
  expect(others).toEqual([]);
  expect(first).toMatchObject({ token: 1, expiresAt: 1_500 });
  expect(await notes.write(name, 'first', first)).toBe(true);
  expect(await leases.renew(first, 1_400, 500)).toMatchObject({ token: 1, expiresAt: 1_900 });
  expect(await leases.take(name, 'early', 1_899, 500)).toBeUndefined();

  const second = (await leases.take(name, 'second', 1_900, 500)) as Lease;
  expect(second).toMatchObject({ token: 2, holder: 'second' });
  expect(await notes.write(name, 'late', first)).toBe(false);
  expect(await leases.renew(first, 1_900, 500)).toBeUndefined();
  await leases.release(first);
  expect(await leases.take(name, 'third', 1_901, 500)).toBeUndefined();
  expect(await notes.write(name, 'second', second)).toBe(true);
  await leases.release(second);
  expect(await leases.take(name, 'third', 1_902, 500)).toMatchObject({ token: 3 });
  expect(await notes.read(name)).toBe('second');
});
