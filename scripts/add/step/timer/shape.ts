import { physicalName } from '../../../../stacks/model/names.ts';
import type { Shape, Words } from '../shape.ts';
import type { Spelling } from '../spelling.ts';
import { addTimer } from './add-timer.ts';

/** A worker that a timer runs, one run at a time. */
export function timerShape(step: Spelling): Shape {
  const { name, capital } = step;
  return {
    like: 'sweeper',
    row: `trigger: { kind: 'timer' },
      access: [
        { kind: 'table', env: 'CATALOG_TABLE', table: 'catalog', actions: ['scan'] },
        { kind: 'table', env: 'COORDINATION_TABLE', table: 'coordination', actions: ['update'] },
      ]`,
    settings: { type: 'TimerSettings', value: '{ everyMinutes: 5 }' },
    limits:
      '// Not latency-critical; the next run begins anew.\n{ memoryMb: 256, timeoutSeconds: 60, provisioned: null }',
    rehearsal: { list: 'timers', answer: 'async () => null' },
    azure: {
      queues: '{ sends: [] }',
      writes: true,
      app: {
        settings: `{ ...shared, ${step.upper}_SCHEDULE: schedule }`,
        given: [`run${capital}`, '{ IsPastDue: false }'],
      },
      rights: [],
      alerts: [`${name}-errors`, `${name}-stopped`],
    },
    google: { role: 'user', rights: [], alerts: [`${name}-errors`, `${name}-stopped`], given: 'undefined' },
    costs: { alarms: 5, polled: 0, alerts: 2, schedules: 1, apis: 0, environments: { dev: 1, prod: 1 } },
    words: words(step),
    probe: probe(step),
    planned: 'time(10, 0.1)',
    add: addTimer,
  };
}

function words(step: Spelling): Words {
  const { name } = step;
  return {
    counts: `Products that ${name} went through.`,
    diagram: [`    timer --> ${name}`, `    ${name} -. lease .-> coordination`],
    runbook: runbook(step),
    found: `For ${name}, the decision is made in \`functions/${name}/process-page.ts\`; its schedule is \`${name}.everyMinutes\` of a stage.
Its runbook entry is [${name}-stopped](runbook.md#${name}-stopped), and its tests on the deployed function are in
\`test/integration/workers/${name}.test.ts\`.
`,
    changelog: `The step \`${name}\`: a function on a timer, one run at a time, with its alarms.`,
  };
}

const runbook = ({ name }: Spelling): string => `## ${name}-stopped

${name} has not run, or its schedule could not start it. Nothing is lost: the next run begins anew.

1. \`aws events describe-rule --name ${physicalName('prod', name)}\`: \`State\` must be \`ENABLED\`.
2. Enabled: \`aws lambda get-policy --function-name ${physicalName('prod', name)} --qualifier live\` must allow the rule, and
   [throttles](#function-throttles) or [errors](#function-errors) of ${name} say more.
`;

const probe = ({ name }: Spelling): string => `import { invokeBatch } from './actions.ts';
import type { Step } from './probe.ts';

export const ${name}Probe: readonly Step[] = [
  { name: 'run once', run: async (deployment) => void (await invokeBatch(deployment, '${name}', [])) },
];
`;
