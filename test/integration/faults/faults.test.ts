import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultCount } from '../../../scripts/platform/gateway/faults/faults.ts';
import type { FaultPlanInput } from '../../../scripts/platform/gateway/faults/plan.ts';
import { describeFailures } from '../../../scripts/report/finding.ts';
import { openWorkQueues } from '../../../scripts/sale/soak-conditions.ts';
import { lacking, platform } from '../../support/deployed.ts';
import { smallSale } from '../../support/sales/small-sale.ts';

const faultsUrl = `${platform.endpointUrl}/_platform/faults`;

async function setFaults(faults: FaultPlanInput['faults']): Promise<void> {
  const plan: FaultPlanInput = { seed: 1, faults };
  const answer = await fetch(faultsUrl, { method: 'PUT', body: JSON.stringify(plan) });
  expect(answer.status).toBe(200);
}

async function injected(): Promise<FaultCount[]> {
  return (await (await fetch(faultsUrl)).json()) as FaultCount[];
}

const queues = openWorkQueues(platform);
let hiddenFor: number;
/** Seconds. Shortens redelivery of failed messages: the stage's three minutes would make the tests slow. */
const visibilityTimeout = 2;

const unreachable =
  lacking('calls-counted') ?? (platform.embedded ? undefined : 'fault injection is untested on third-party engines');

describe('a sale with failing function calls', () => {
  beforeEach((context) => context.skip(unreachable !== undefined, unreachable));
  beforeAll(async () => {
    hiddenFor = await queues.setVisibilityTimeout(visibilityTimeout);
  });
  afterEach(async () => void (await fetch(faultsUrl, { method: 'DELETE' })));
  afterAll(async () => {
    await queues.setVisibilityTimeout(hiddenFor);
    queues.close();
  });

  const somewhere = { probability: 0.1 } as const;
  it.each<[string, FaultPlanInput['faults']]>([
    ['refused by the service', [{ kind: 'reject', ...somewhere }]],
    ['throttled', [{ kind: 'throttle', probability: 0.2 }]],
    ['conflicting', [{ kind: 'conflict', operation: 'TransactWriteItems', probability: 0.4 }]],
    [
      'cancelled for mixed reasons',
      [{ kind: 'conflict', reasons: ['None', 'ThrottlingError', 'TransactionConflict'], probability: 0.3 }],
    ],
    ['executed without an answer', [{ kind: 'lost', probability: 0.2 }]],
    ['reset', [{ kind: 'reset', ...somewhere }]],
    ['sent twice', [{ kind: 'duplicate', probability: 0.5 }]],
    ['delayed', [{ kind: 'delay', ms: 20, upToMs: 200, probability: 0.5 }]],
    ['hanging', [{ kind: 'hang', service: 'dynamodb', probability: 0.03 }]],
  ])(
    'fulfils every order and keeps the invariants when calls are %s',
    async (_, faults) => {
      const trouble = () => setFaults(faults);
      const findings = await smallSale({ orders: 16, seed: 1, units: 20, withinMs: 75_000, trouble });
      expect(describeFailures(findings)).toEqual([]);
      for (const { injected: times } of await injected()) expect(times).toBeGreaterThan(0);
    },
    120_000,
  );
});
