import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { parseCancellation } from '../../../functions/adapters/aws/cancellation.ts';

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

test.each([
  [['None', 'TransactionConflict']],
  [['ThrottlingError', 'None']],
  [['ProvisionedThroughputExceeded', 'TransactionConflict']],
])('parses %j as a conflict, never as a failed condition', (codes) => {
  expect(parseCancellation(cancelled(...codes))).toEqual({ kind: 'conflict' });
});

test('parses a failed condition, whatever the other reasons', () => {
  const read = parseCancellation(cancelled('TransactionConflict', 'ConditionalCheckFailed', 'ThrottlingError'));
  expect(read.kind === 'condition' && [...read.failed.keys()]).toEqual([1]);
});

test.each(['TransactionInProgressException', 'ThrottlingException', 'ProvisionedThroughputExceededException'])(
  'parses %s as a conflict',
  (name) => {
    expect(parseCancellation(Object.assign(new Error(), { name }))).toEqual({ kind: 'conflict' });
  },
);

test.each([
  ['a validation error inside the transaction', cancelled('ValidationError', 'None')],
  ['a cancellation that gives no reason', cancelled()],
  ['anything else', new Error('else')],
])('rethrows %s', (_, error) => {
  expect(() => parseCancellation(error)).toThrow(error);
});
