import { expect, it } from 'vitest';
import { isAfterWrite, nameOf, toCrashPoints, toFault, unseen } from '../../../../scripts/lab/crash-points/points.ts';
import { parseFaultPlan } from '../../../../scripts/platform/gateway/faults/plan.ts';
import { physicalName } from '../../../../stacks/model/names.ts';
import { serviceNames } from '../../../../stacks/model/services.ts';

const settle = {
  function: physicalName('local', 'settlement'),
  service: 'dynamodb',
  operation: 'TransactWriteItems',
  resource: `${physicalName('local', 'orders')}+${physicalName('local', 'stock')}`,
};
const read = { ...settle, operation: 'GetItem', resource: physicalName('local', 'orders') };

it('derives two crash points from a call, in a form that the gateway accepts', () => {
  const points = toCrashPoints([settle]);
  expect(points.map((point) => nameOf(point, 'local'))).toEqual([
    'settlement   before TransactWriteItems orders+stock',
    'settlement   after  TransactWriteItems orders+stock',
  ]);
  expect(parseFaultPlan({ faults: points.map(toFault) }, 'the points').faults).toMatchObject([
    { kind: 'crash', when: 'before', ...settle, atMost: 1 },
    { kind: 'crash', when: 'after', ...settle, atMost: 1 },
  ]);
  expect(toCrashPoints([settle, read]).filter(isAfterWrite)).toEqual([{ call: settle, when: 'after' }]);
});

it('lists permitted actions that a function never used', () => {
  const missing = unseen([settle, read], 'local');
  expect(missing).toContain('settlement: get stock');
  expect(missing).toContain('settlement: send order-requests-dlq');
  expect(missing).not.toContain('settlement: get orders');
  expect(missing).not.toContain('settlement: update stock');
  for (const service of serviceNames) expect(unseen([], 'local').join()).toContain(`${service}: `);
});
