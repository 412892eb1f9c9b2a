import { physicalName } from '../../../../stacks/model/names.ts';
import type { Shape, Words } from '../shape.ts';
import type { Spelling } from '../spelling.ts';
import { addQueue } from './add-queue.ts';
import { probe } from './probe.ts';

/** A worker with its own queue. */
export function queueShape(step: Spelling): Shape {
  const { queue, deadLetters } = step;
  return {
    like: 'fulfilment',
    row: `trigger: { kind: 'queue', queue: '${queue}', deadLetters: '${deadLetters}' },
      access: [
        { kind: 'table', env: 'ORDERS_TABLE', table: 'orders', actions: ['get'] },
        { kind: 'queue', env: 'DEAD_LETTER_URL', queue: '${deadLetters}', actions: ['send'] },
      ]`,
    settings: {
      type: 'QueueWorkerSettings',
      value: '{ batchSize: 10, batchingWindowSeconds: 0, maxConcurrency: 2 }',
    },
    limits: '// Waits for one read per message.\n{ memoryMb: 512, timeoutSeconds: 30, provisioned: null }',
    rehearsal: { list: 'readOrders', answer: 'async () => none' },
    ...clouds(step),
    costs: { alarms: 6, polled: 1, alerts: 3, schedules: 0, apis: 0, environments: { dev: 2, prod: 2 } },
    words: words(step),
    probe: probe(step),
    planned: 'time(5, 0.5)',
    add: addQueue,
  };
}

function clouds({ name, capital, queue }: Spelling): Pick<Shape, 'azure' | 'google'> {
  return {
    azure: {
      queues: `{ sends: [poisonQueue(queues.${name})], takes: queues.${name} }`,
      writes: false,
      app: { settings: 'shared', given: [`process${capital}`, 'fulfilment'] },
      rights: [
        `${name}: Queue Data Contributor of ${queue}-poison`,
        `${name}: Queue Data Message Processor of ${queue}`,
        `${name}: Queue Data Message Sender of ${queue}-poison`,
        `${name}: Queue Data Reader of ${queue}`,
      ],
      alerts: [`${queue}-poison-depth`, `${queue}-age`, `${name}-errors`],
    },
    google: {
      role: 'viewer',
      rights: [`${name}: roles/pubsub.publisher of ${queue}-dead`],
      alerts: [`${queue}-dead-depth`, `${queue}-age`, `${name}-errors`],
      given: 'fulfilment',
    },
  };
}

function words(step: Spelling): Words {
  const { name, queue, deadLetters } = step;
  return {
    counts: `Orders processed by ${name}.`,
    diagram: [
      `    ${name}Requests[[${queue}]] --> ${name}`,
      `    orders --> ${name}`,
      `    ${name}Requests -. poison .-> ${name}Letters[[${deadLetters}]]`,
    ],
    runbook: runbook(step),
    found: `For ${name}, the decision is made in \`functions/${name}/process-order.ts\`; its queue is \`${queue}\`.
Its runbook entry is [${name}-age](runbook.md#${name}-age), and its tests on the deployed queue are in
\`test/integration/workers/${name}.test.ts\`.
`,
    changelog: `The step \`${name}\`: the queue \`${queue}\` with its dead letters, worker and alarms.`,
  };
}

const runbook = ({ name, capital, queue, deadLetters }: Spelling): string => `## ${name}-age

Orders wait too long for ${name}. Nothing is lost.

1. Look at *Orders waiting for ${name}*, *${capital} a minute* and *Throttles* on the dashboard.
2. No throttles, and no errors: the function is at its limit. Raise \`${name}.maxConcurrency\` and deploy:
   \`npx cdk deploy ${physicalName('prod', 'service')} -c stage=prod\`.
3. Errors of \`${name}\`: see [function-errors](#function-errors).

## ${deadLetters}

Messages of \`${queue}\` that could not be processed.

1. Look: \`npm run redrive -- --service ${name} --stage prod\`.
2. \`FAILED_REPEATEDLY\`: find the error in the log group \`/aws/lambda/${physicalName('prod', name)}\`, fix it, and send them
   again with \`--apply\`.
3. \`MALFORMED_MESSAGE\`, \`UNKNOWN_ORDER\`: find out who sent it.
`;
