import { longestProject } from '../../../stacks/model/checks/check-project.ts';
import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { copyToRename } from '../../lab/rename/renamed-copy.ts';
import { findRefusal, runTests } from '../../lab/rename/run-tests.ts';
import { installEveryExtra } from '../../platform/process/extra-packages.ts';

const usage = `
usage: npm run rename-check -- [--name NAME]

Copies the project, gives the copy another name by changing functions/contracts/project.ts alone, and runs its unit
and synth tests: with a usual name and with the longest that fits. A name one character longer must be refused.
Takes about a minute for each name. Exit code 0 only if no test fails and no file still holds the old name.

  --name NAME  this name instead of both
  --help
`;

const { characters } = longestProject();
const longest = (length: number): string =>
  'book-fair-of-all-the-books'.padEnd(length, 'x').slice(0, length).replace(/-$/, 'x');

await runMain(async () => {
  const { name } = parseCommandLine(usage, { name: { type: 'string' } });
  if (name !== undefined && !/^[a-z0-9-]+$/.test(name))
    throw new CliError('usage', `--name is '${name}', must be lower-case letters, digits and hyphens`, usage.trim());
  installEveryExtra();
  const copy = copyToRename();
  process.once('exit', copy.remove);
  let wrong = 0;
  for (const each of name === undefined ? ['book-fair', longest(characters)] : [name]) {
    copy.rename(each);
    const { passed, failed } = await runTests(copy.folder, ['unit', 'synth'], []);
    process.stdout.write(`${each} (${each.length} characters): ${passed} passed, ${failed.length} failed\n`);
    for (const test of failed) process.stdout.write(`  ${test}\n`);
    wrong += failed.length;
  }
  const leftovers = copy.leftovers();
  process.stdout.write(`lines that hold the old name: ${leftovers.length}\n`);
  for (const line of leftovers) process.stdout.write(`  ${line}\n`);
  if (name === undefined) {
    copy.rename(longest(characters + 1));
    const refusal = await findRefusal(copy.folder);
    process.stdout.write(`${longest(characters + 1)} (${characters + 1} characters): ${refusal ?? 'not refused'}\n`);
    if (!refusal?.includes(`at most ${characters} characters`)) wrong += 1;
  }
  return wrong + leftovers.length > 0 ? exitCodes.failed : exitCodes.ok;
});
