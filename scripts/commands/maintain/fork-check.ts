import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { longestProject } from '../../../stacks/model/checks/check-project.ts';
import { exitCodes, parseCommandLine, runMain, UsageError } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';
import { longestWord } from '../../fork/collisions.ts';
import { makeFork } from '../../fork/make.ts';
import { type ForkOptions, toAnswers } from '../../fork/options.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import { runTask } from '../../upgrade/generate.ts';

const usual: ForkOptions = {
  ...{ name: 'seat-box', order: 'booking', sku: 'seat', customer: 'guest' },
  ...{ keep: [], storefront: 'yes', lab: 'yes' },
};
const longest = (letter: string, length: number): string => letter.padEnd(length, 'x');

const forks: Readonly<Record<string, ForkOptions>> = {
  all: usual,
  'aws-cdk': { ...usual, keep: ['aws', 'cdk'] },
  'aws-terraform': { ...usual, keep: ['aws', 'terraform'] },
  'aws-azure': { ...usual, keep: ['aws', 'azure'] },
  bare: { ...usual, storefront: 'no', lab: 'no' },
  longest: {
    ...usual,
    name: longest('n', longestProject().characters - 2 * (longestWord - 'order'.length)),
    ...{ order: longest('q', longestWord), sku: longest('w', longestWord), customer: longest('z', longestWord) },
  },
};

const usage = `
usage: npm run fork-check [-- --only NAME]

Makes six forks of the committed version in temporary folders, and runs types, lint, unit, synth and the demo in each.
Takes about a quarter of an hour for each. Exit code 0 only if all of it passes.

  --only NAME  one of ${Object.keys(forks).join(', ')}
  --help
`;

await runMain(async () => {
  const { only } = parseCommandLine(usage, { only: { type: 'string' } });
  if (only !== undefined && !(only in forks))
    throw new UsageError('usage', `--only is '${only}', must be one of ${Object.keys(forks).join(', ')}`, usage.trim());
  const due = Object.entries(forks).filter(([name]) => only === undefined || name === only);
  const held = due.filter(([name, options]) => holds(name, options));
  process.stdout.write(`${held.length} of ${due.length} forks hold\n`);
  return held.length === due.length ? exitCodes.ok : exitCodes.failed;
});

function holds(name: string, options: ForkOptions): boolean {
  const progress = showProgress();
  const workshop = mkdtempSync(join(tmpdir(), 'fork-check-'));
  const into = join(workshop, options.name);
  try {
    makeFork({ from: projectFolder, version: 'HEAD', into, answers: toAnswers(options), check: true }, progress);
    progress.step(`${name}: demo`);
    runTask(into, { name: 'demo', command: [process.execPath, 'scripts/run.mjs', 'run/demo'] });
    progress.done();
    process.stdout.write(`${name}: holds\n`);
    return true;
  } catch (error) {
    progress.done();
    process.stdout.write(`${name}: ${String(error)}\n`);
    return false;
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}
