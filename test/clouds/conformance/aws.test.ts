import { expect, test } from 'vitest';
import { aws } from './aws-backend.ts';
import { conform } from './conform.ts';

conform(aws);

test('runs every part of the suite on AWS', () => {
  expect(aws.leavesOut).toEqual({});
});
