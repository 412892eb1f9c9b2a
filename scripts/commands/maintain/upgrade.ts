import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import { abort, type Upgrade, upgrade } from '../../upgrade/upgrade.ts';

const usage = `
usage: npm run upgrade -- [--from SOURCE] [--to VERSION] [--no-check]
       npm run upgrade -- --abort

In a fork: merges the template's changes since the fork's version into a new branch, under the fork's names and without
the parts that the fork left out (docs/upgrading.md). Refuses a tree with uncommitted changes.

  --from SOURCE  a path or an address of the template's repository; default: the one in template.json
  --to VERSION   a tag, a branch or a commit; default: HEAD
  --no-check     writes no generated files, and skips types, lint, unit and synth
  --abort        returns to the commit before the upgrade, and deletes the branch
  --help
`;

await runMain(async () => {
  const options = parseCommandLine(usage, {
    from: { type: 'string' },
    to: { type: 'string', default: 'HEAD' },
    'no-check': { type: 'boolean', default: false },
    abort: { type: 'boolean', default: false },
  });
  if (options.abort) {
    process.stdout.write(`undone; the branch ${abort(projectFolder)} is deleted\n`);
    return exitCodes.ok;
  }
  const progress = showProgress();
  try {
    const plan = { folder: projectFolder, from: options.from, to: options.to, check: !options['no-check'] };
    return report(upgrade(plan, progress), plan.check);
  } finally {
    progress.done();
  }
});

function report(upgraded: Upgrade | undefined, check: boolean): number {
  if (!upgraded) {
    process.stdout.write('the fork already has this version\n');
    return exitCodes.ok;
  }
  const { branch, version, conflicts } = upgraded;
  if (conflicts.length > 0)
    throw new CliError(
      'conflicts',
      `the fork and version ${version} changed the same lines of ${conflicts.length} files: ${conflicts.join(', ')}`,
      `Edit them, git add, git commit, and run npm test; or npm run upgrade -- --abort. The branch is ${branch}.`,
    );
  const checked = check ? 'types, lint, unit and synth pass' : 'not checked, nothing generated: --no-check';
  process.stdout.write(`version ${version} is merged on the branch ${branch}; ${checked}\n`);
  return exitCodes.ok;
}
