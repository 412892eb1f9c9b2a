import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { checkImports } from '../../imports/cruise.ts';
import { installEveryExtra } from '../../platform/process/extra-packages.ts';
import { projectFolder } from '../../platform/process/paths.ts';

const usage = `
usage: npm run imports

Holds every import against the layers in scripts/imports/rules.ts. Exit code 0 only if none breaks a rule.

  --help
`;

await runMain(async () => {
  parseCommandLine(usage, {});
  installEveryExtra();
  const { files, imports, violations, unread } = await checkImports(projectFolder);
  if (unread.length > 0) {
    const message = `${unread.length} source files were not read, for example ${unread[0]}`;
    throw new CliError('not_read', message, 'Reinstall the packages: the parser @swc/core may be missing.');
  }
  for (const violation of violations) process.stdout.write(`${violation}\n`);
  process.stdout.write(`${files} files, ${imports} imports, ${violations.length} violations\n`);
  return violations.length > 0 ? exitCodes.failed : exitCodes.ok;
});
