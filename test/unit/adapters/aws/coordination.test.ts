import { expect, test } from 'vitest';
import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { leaseStore } from '../../../../functions/adapters/aws/lease.ts';
import { script } from '../../../support/scripted-client.ts';

interface Update {
  readonly ExpressionAttributeValues: Readonly<Record<string, unknown>>;
}

const attributes = { Attributes: { pk: 'LEASE#sweeper', holder: 'one', token: 3, expiresAt: 1_500 } };

test('lets a lease end when it was asked to, in milliseconds', async () => {
  const calls = script<Update>(documents, attributes);
  const store = leaseStore('coordination');
  const lease = { name: 'sweeper', holder: 'one', token: 3, expiresAt: 1_500 };
  await store.take('sweeper', 'one', 1_000, 500);
  await store.renew(lease, 1_200, 500);
  await store.release(lease);
  expect(calls.map((call) => call.ExpressionAttributeValues[':end'])).toEqual([1_500, 1_700, 0]);
});
