import { physicalName } from '../../../stacks/model/names.ts';
import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import type { Spelling } from './spelling.ts';

export function addDocuments(draft: Draft, step: Spelling, kept: Kept): void {
  addRunbook(draft, step);
  addArchitecture(draft, step);
  if (kept.azure && kept.google) addCloudTable(draft, step);
  draft.rewrite('CHANGELOG.md', /^## \[Unreleased\]\n(?:### Added\n)?/, () => changelog(step));
}

function addRunbook(draft: Draft, { name, capital, queue, deadLetters }: Spelling): void {
  draft.line(
    'docs/runbook.md',
    { before: '## orders-swept' },
    `## ${name}-age

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
`,
  );
}

function addArchitecture(draft: Draft, { name, queue, deadLetters }: Spelling): void {
  const file = 'docs/architecture.md';
  draft.line(
    file,
    { before: '    timer([timer]) --> sweeper' },
    [
      `    ${name}Requests[[${queue}]] --> ${name}`,
      `    orders --> ${name}`,
      `    ${name}Requests -. poison .-> ${name}Letters[[${deadLetters}]]`,
    ].join('\n'),
  );
  draft.rewrite(file, /^(The steps of an order, in `functions`: [^;]*);\s/, (_, steps = '') => `${steps}, ${name};\n`);
  draft.line(
    file,
    { before: 'A route can be followed by its name and its service. For `cancelOrder`, of intake:' },
    `For ${name}, it is decided in \`functions/${name}/process-order.ts\`; its queue is \`${queue}\`.
Its runbook entry is [${name}-age](runbook.md#${name}-age), and its tests on the deployed queue are in
\`test/integration/workers/${name}.test.ts\`.
`,
  );
}

/** The table is generated, and a test compares it. */
function addCloudTable(draft: Draft, { queue }: Spelling): void {
  draft.rewrite(
    'docs/clouds.md',
    /^(\| dead letters .*`fulfilment-requests-poison`)(.*`fulfilment-requests-dead`)/,
    (_, before = '', between = '') => `${before}, \`${queue}-poison\`${between}, \`${queue}-dead\``,
  );
}

const changelog = ({ name, queue }: Spelling): string => `## [Unreleased]
### Added
- The step \`${name}\`: the queue \`${queue}\` with its dead letters, worker and alarms.
`;
