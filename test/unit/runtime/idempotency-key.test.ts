import { expect, test } from 'vitest';
import { parseIdempotencyKey } from '../../../functions/runtime/idempotency-key.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';

const parse = (key?: string) =>
  parseIdempotencyKey(requestEvent({ headers: key === undefined ? {} : { 'idempotency-key': key } }));

test.each(['key-00000001', '"key-00000001"', ' "key-00000001" ', '"key-00000001";v=1'])(
  'reads %s as the same key',
  (key) => expect(parse(key)).toBe('key-00000001'),
);

test.each([
  undefined,
  '',
  '""',
  '"short"',
  '"key-00000001',
  'key-00000001"',
  "'key-00000001'",
  '"key-\\"00001"',
  '"key-00000001", "key-00000002"',
])('refuses %j', (key) =>
  expect(() => parse(key)).toThrow(expect.objectContaining({ code: 'IDEMPOTENCY_KEY_REQUIRED' })),
);
