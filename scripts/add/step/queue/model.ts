import type { Draft } from '../../draft.ts';
import { addDeadLetters } from '../dead-letters.ts';
import type { Spelling } from '../spelling.ts';
import { queueWorker } from '../worker.ts';

/** Adds rows that every cloud reads: queues, alarms, dashboard, redrive and checker. */
export function addModel(draft: Draft, step: Spelling): void {
  const { name, queue, deadLetters } = step;
  draft.after('stacks/model/workers.ts', ['QueueWorker', 'fulfilment'], `'${name}'`);
  draft.after('stacks/model/resources.ts', ['QueueName', 'fulfilment-requests-dlq'], `'${queue}' | '${deadLetters}'`);
  addOperations(draft, step);
  addRedrive(draft, step);
  addDeadLetters(draft, step, queueWorker(step));
  draft.import(
    'scripts/sale/check/dead-letter.ts',
    [`${name}Request`],
    `../../../functions/contracts/${name}-request.ts`,
  );
  const found = 'scripts/sale/dead-letters.ts';
  draft.after(found, ['explainLetter', 'fulfilment'], `'${name}'`);
  draft.after(found, ['readFailures', 'fulfilment'], `'${name}'`);
}

function addOperations(draft: Draft, { name, capital, queue }: Spelling): void {
  draft.after(
    'stacks/model/operations/alarm-rows.ts',
    ['waiting', 'fulfilment'],
    `${name}: { meaning: 'Orders wait too long for ${name}.', runbook: '${name}-age' }`,
  );
  draft.after(
    'stacks/model/operations/dashboard-rows.ts',
    ['workRows', fulfilmentRow],
    `[
      row('Orders waiting for ${name}', [queueMetric(stage, '${queue}', depth)]),
      row('${capital} a minute', [serviceMetric(stage, '${name}', '${capital}Done')]),
    ]`,
  );
}

/** The dashboard row of fulfilment, which the new one follows. */
const fulfilmentRow = `=[
  row('Orders to hand over', [queueMetric(stage, 'fulfilment-requests', depth)]),
  row('Fulfilment a minute', fulfilmentCounters.map((counter) => serviceMetric(stage, 'fulfilment', counter))),
]`;

function addRedrive(draft: Draft, { name, capital }: Spelling): void {
  const contracts = `../../../functions/contracts/${name}-request.ts`;
  const diagnose = 'scripts/operations/redrive/diagnose.ts';
  draft.after(
    diagnose,
    ['fulfilmentRequests'],
    `/** A repeat has no further effect, so the order's state does not matter. */
const ${name}Requests: Kind = {
  parseOrderId: (content) => ${name}Request.safeParse(content).data?.order.orderId,
  actionable: orderStates,
};`,
  );
  draft.below(
    diagnose,
    ['diagnoseFulfilmentRequest'],
    `export const diagnose${capital}Request = (findOrder: FindOrder) => diagnoseMessage(${name}Requests, findOrder);`,
  );
  draft.import(diagnose, [`${name}Request`], contracts);
  draft.import(diagnose, ['orderStates'], '../../../functions/domain/order.ts');
  const services = 'scripts/operations/redrive/services.ts';
  draft.after(services, ['diagnoses', 'fulfilment'], `${name}: diagnose${capital}Request`);
  draft.import(services, [`diagnose${capital}Request`], './diagnose.ts');
}
