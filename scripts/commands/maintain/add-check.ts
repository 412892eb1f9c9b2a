import { rmSync } from 'node:fs';
import { additions, draftAddition } from '../../add/add.ts';
import { triggers } from '../../add/step/add-step.ts';
import { owners } from '../../add/table/table.ts';
import { format, listTasks, writeFiles } from '../../add/write.ts';
import { exitCodes, parseCommandLine, runMain, UsageError } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';
import { allChecks, runChecks } from '../../parts/check-without.ts';
import { copyProject } from '../../platform/process/copied-project.ts';
import { installEveryExtra } from '../../platform/process/extra-packages.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import { runTask } from '../../upgrade/generate.ts';

const usage = `
usage: npm run add-check [-- --only KIND]

Adds a step for each trigger, a route, a stage, a secret and the tables, in copies of the project, and runs types, lint,
unit, synth and Terraform tests in each. Takes some minutes for each. Exit code 0 only if all of it passes.

  --only KIND  one of ${Object.keys(additions).join(', ')}
  --help
`;

const cases = [
  ...triggers.map((trigger) => ({ words: ['step', 'invoicing'], options: { trigger } })),
  { words: ['route', 'getReviews'], options: { path: '/products/{sku}/reviews' } },
  { words: ['stage', 'qa'], options: { region: 'eu-west-1' } },
  { words: ['secret', 'carrier'], options: { service: 'fulfilment' } },
  ...owners.map((service) => ({ words: ['table', 'reviews'], options: { service } })),
];

const terraform = {
  name: 'terraform',
  command: ['vitest', 'run', '--project', 'terraform'],
  needs: 'stacks/terraform',
};

await runMain(async () => {
  const { only } = parseCommandLine(usage, { only: { type: 'string' } });
  if (only !== undefined && !(only in additions))
    throw new UsageError(
      'usage',
      `--only is '${only}', must be one of ${Object.keys(additions).join(', ')}`,
      usage.trim(),
    );
  const due = cases.filter(({ words }) => only === undefined || words[0] === only);
  installEveryExtra();
  let held = 0;
  for (const one of due) if (await holds(one)) held += 1;
  process.stdout.write(`${held} of ${due.length} additions hold\n`);
  return held === due.length ? exitCodes.ok : exitCodes.failed;
});

async function holds({ words, options }: (typeof cases)[number]): Promise<boolean> {
  const name = [...words, ...Object.values(options)].join(' ');
  const progress = showProgress();
  const folder = copyProject(projectFolder, 'add-check-');
  try {
    progress.step(`${name}: writing`);
    writeFiles(folder, format(folder, draftAddition(folder, words, options).files));
    for (const task of listTasks(folder)) runTask(folder, task);
    progress.step(`${name}: checking`);
    const { failures } = await runChecks(folder, [...allChecks, terraform]);
    progress.done();
    for (const { check, output } of failures)
      process.stdout.write(`\n${name}, ${check} failed:\n${output.slice(-4_000)}\n`);
    process.stdout.write(`${name}: ${failures.length === 0 ? 'holds' : 'does not hold'}\n`);
    return failures.length === 0;
  } finally {
    progress.done();
    rmSync(folder, { recursive: true, force: true });
  }
}
