import { text } from 'node:stream/consumers';
import { nameBundle, sourceMapFolder } from '../../../stacks/build/source-maps.ts';
import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { mapLog } from '../../operations/trace-stack/map-log.ts';
import { bundleReader } from '../../operations/trace-stack/read-bundle.ts';

const usage = `
usage: npm run trace-stack -- [--line TEXT]

Prints the stacks of a log with the names and lines of the source, on every cloud. Deployed functions run one minified
file each; its name, such as settlement-aws-0123456789ab.js, is in each line of a stack and names the source map.

  --line TEXT    a line of the log, or a stack; without it, the log is read from stdin: lines, or a JSON document
  --maps FOLDER  where the build of the deployed commit kept its source maps (default .build/source-maps)
  --help

For example: aws logs tail LOG_GROUP --format short | npm --silent run trace-stack
Exit code: 0 every stack was mapped, 1 there was none or a map is missing; those with a map are printed. 2 wrong usage.
`;

await runMain(async () => {
  const words = parseCommandLine(usage, { line: { type: 'string' }, maps: { type: 'string' } });
  const log = words.line ?? (await text(process.stdin));
  const { stacks, failures } = mapLog(log, bundleReader(words.maps ?? sourceMapFolder, nameBundle));
  if (stacks.length === 0)
    throw new CliError(
      'stack_missing',
      `no stack of a deployed function in ${log.split('\n').length} lines`,
      'A stack has positions such as settlement-aws-0123456789ab.js:1:2345.',
    );
  process.stdout.write(`${stacks.join('\n')}\n`);
  const [first] = failures;
  if (first) throw new CliError(first.code, failures.map(({ message }) => message).join('; '), first.hint);
  return exitCodes.ok;
});
