import { physicalName } from '../../../../stacks/model/names.ts';
import { queueShape } from '../queue/shape.ts';
import type { Shape, Words } from '../shape.ts';
import type { Spelling } from '../spelling.ts';
import { addStream } from './add-stream.ts';

/** A reader of the orders' stream. Azure and Google have none: a queue and a topic carry the same events. */
export function streamShape(named: Spelling): Shape {
  const step = { ...named, queue: `${named.name}-events`, deadLetters: `${named.name}-dlq` };
  const { capital, queue, deadLetters } = step;
  const worker = queueShape(step);
  return {
    ...worker,
    like: 'projection',
    row: `trigger: {
        kind: 'stream',
        table: 'orders',
        records: { kind: 'inserts', sortKeyPrefix: keyPrefixes.event },
        failures: '${deadLetters}',
      },
      access: [{ kind: 'queue', env: 'DEAD_LETTER_URL', queue: '${deadLetters}', actions: ['send'] }]`,
    settings: { type: 'StreamWorkerSettings', value: settings },
    limits: '// Larger batches; not latency-critical.\n{ memoryMb: 512, timeoutSeconds: 30, provisioned: null }',
    rehearsal: { list: 'readEvents', answer: 'async () => none' },
    azure: {
      ...worker.azure,
      rights: [...worker.azure.rights, `projection: Queue Data Message Sender of ${queue}`],
      app: { settings: 'shared', given: [`process${capital}`, '{ v: 7 }'] },
    },
    google: { ...worker.google, given: '{ v: 7 }' },
    // An environment for each shard of the stream.
    costs: { alarms: 6, polled: 0, alerts: 3, schedules: 0, apis: 0, environments: { dev: 4, prod: 16 } },
    words: words(step),
    probe: probe(step),
    planned: 'time(5, 0.1)',
    add: (draft, _, kept) => addStream(draft, step, kept),
  };
}

const settings = `{
  batchSize: 100,
  batchingWindowSeconds: 0,
  parallelizationFactor: 1,
  retryAttempts: 5,
  recordAgeHours: 6,
  bisect: true,
}`;

function words(step: Spelling): Words {
  const { name, deadLetters } = step;
  return {
    counts: `Events processed by ${name}.`,
    diagram: [
      `    orders -->|stream: events only| ${name}`,
      `    ${name} -. poison .-> ${name}Letters[[${deadLetters}]]`,
    ],
    runbook: runbook(step),
    found: `For ${name}, the decision is made in \`functions/${name}/process-event.ts\`; it reads the stream of the orders.
Its runbook entry is [${name}-age](runbook.md#${name}-age), and its tests on the deployed stream are in
\`test/integration/workers/${name}.test.ts\`.
`,
    changelog: `The step \`${name}\`: a reader of the orders' stream, with its dead letters and alarms.`,
  };
}

const runbook = ({ name, queue, deadLetters }: Spelling): string => `## ${name}-age

${name} is behind the events of the orders. Nothing is lost before they are 24 hours old.

1. Look at *Throttles* and *Errors* on the dashboard.
2. No throttles, and no errors: the function is at its limit. Raise \`${name}.parallelizationFactor\` and deploy:
   \`npx cdk deploy ${physicalName('prod', 'service')} -c stage=prod\`.
3. Errors of \`${name}\`: see [function-errors](#function-errors).

## ${deadLetters}

Events that ${name} could not process; on Azure \`${queue}-poison\`, on Google \`${queue}-dead\`.

1. Look: \`npm run redrive -- --service ${name} --stage prod\`.
2. \`FAILED_REPEATEDLY\`: find the error in the log group \`/aws/lambda/${physicalName('prod', name)}\`, fix it, and send them
   again with \`--apply\`.
3. \`MALFORMED_EVENT\`: find out which version wrote it.
`;

const probe = ({ name, capital }: Spelling): string => `import { randomUUID } from 'node:crypto';
import { invokeWorker, takeMessage } from './actions.ts';
import type { Step } from './probe.ts';

export const ${name}Probe: readonly Step[] = [
  {
    name: 'put a poison record into the failure queue',
    run: async (deployment) => {
      const poison = \`poison-\${randomUUID()}\`;
      const NewImage = { pk: { S: poison }, sk: { S: 'EVENT#2' } };
      await invokeWorker(deployment, '${name}', [{ dynamodb: { NewImage, SequenceNumber: '1' } }]);
      await takeMessage(deployment, deployment.output('${capital}DeadLetterUrl'), poison);
    },
  },
];
`;
