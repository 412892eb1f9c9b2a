import { expect, test } from 'vitest';
import { aws } from './aws-backend.ts';
import { conform } from './conform.ts';

conform(aws);

test('leaves nothing of the suite out on AWS', () => {
  expect(aws.leavesOut).toEqual({});
});
