import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { readCancellation } from '../../../functions/adapters/aws/cancelled.ts';

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
  expect(readCancellation(cancelled(...codes))).toEqual({ kind: 'conflict' });
});

test('parses a failed condition, whatever the other reasons', () => {
  const read = readCancellation(cancelled('TransactionConflict', 'ConditionalCheckFailed', 'ThrottlingError'));
  expect(read.kind === 'condition' && [...read.failed.keys()]).toEqual([1]);
});

test.each(['TransactionInProgressException', 'ThrottlingException', 'ProvisionedThroughputExceededException'])(
  'parses %s as a conflict',
  (name) => {
    expect(readCancellation(Object.assign(new Error(), { name }))).toEqual({ kind: 'conflict' });
  },
);

test.each([
  ['a validation error inside the transaction', cancelled('ValidationError', 'None')],
  ['a cancellation that gives no reason', cancelled()],
  ['anything else', new Error('else')],
])('rethrows %s', (_, error) => {
  expect(() => readCancellation(error)).toThrow(error);
});
