import { expect, test } from 'vitest';
import { clientSettings } from '../../functions/adapters/aws/clients/client-settings.ts';
import { deadlineMarginMs } from '../../functions/runtime/batch.ts';
import { stages } from '../../stacks/model/stages/stages.ts';

const longestCallMs = clientSettings.maxAttempts * clientSettings.requestHandler.requestTimeout;

test.each(Object.values(stages))(
  'stage $name: an SDK call with all retries ends before its function times out',
  ({ functions }) => {
    for (const [service, { timeoutSeconds }] of Object.entries(functions)) {
      expect({ service, ends: longestCallMs < timeoutSeconds * 1_000 }).toEqual({ service, ends: true });
    }
  },
);

test('starts no record with less time left than one call may take', () => {
  expect(deadlineMarginMs).toBeGreaterThan(longestCallMs);
});
