import { rmSync } from 'node:fs';
import { additions, draftAddition } from '../../add/add.ts';
import { type Case, combinations, describeCase } from '../../add/combinations.ts';
import { format, writeFiles } from '../../add/write.ts';
import { exitCodes, parseCommandLine, runMain, UsageError } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';
import { allChecks, runChecks } from '../../parts/check-without.ts';
import { copyProject } from '../../platform/process/copied-project.ts';
import { installEveryExtra } from '../../platform/process/extra-packages.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import { listGeneration, runTask } from '../../upgrade/generate.ts';

const usage = `
usage: npm run add-check [-- --only KIND]

Adds a step for each trigger, a route, a stage, a secret, the tables and their indexes, some in each copy of the project,
and runs types, lint, unit, synth and Terraform tests there. Takes some minutes for each copy. Exit code 0 only if all of it
passes.

  --only KIND  one of ${Object.keys(additions).join(', ')}; each in a copy of its own, with what it needs
  --help
`;

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
  const alone = combinations.flat().filter(({ words }) => words[0] === only);
  const due = only === undefined ? combinations : alone.map((one) => (one.after ? [one.after, one] : [one]));
  installEveryExtra();
  let held = 0;
  for (const combination of due) if (await holds(combination)) held += combination.length;
  const all = due.flat().length;
  process.stdout.write(`${held} of ${all} additions hold\n`);
  return held === all ? exitCodes.ok : exitCodes.failed;
});

async function holds(combination: readonly Case[]): Promise<boolean> {
  const name = combination.map(describeCase).join(', ');
  const progress = showProgress();
  const folder = copyProject(projectFolder, 'add-check-');
  try {
    progress.step(`${name}: writing`);
    for (const { words, options } of combination)
      writeFiles(folder, format(folder, draftAddition(folder, words, options).files));
    for (const task of listGeneration(folder)) runTask(folder, task);
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
