import { exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { describe } from '../../contracts/compare.ts';
import { recordContracts } from '../../contracts/record.ts';
import { checkContracts, readRecording } from '../../contracts/run.ts';

const usage = `
usage: npm run contracts -- [options]

Checks that this version and the last release can read each other's messages, rows, events and answers. Lists each
message and field that one of them cannot read. npm test does the same.

  --record  instead, record this version as the last release: before it is tagged
  --help

Exit code: 0 both can read each other, or the release is recorded; 1 they cannot; 2 wrong usage.
`;

await runMain(async () => {
  const { record } = parseCommandLine(usage, { record: { type: 'boolean', default: false } });
  if (record) {
    const { version, steps, schemas } = await recordContracts();
    process.stdout.write(
      `recorded ${version}: ${steps.length} calls, ${Object.keys(schemas).length} schemas, in scripts/contracts/last-release.json\n`,
    );
    return exitCodes.ok;
  }
  const before = readRecording();
  const differences = await checkContracts(before);
  for (const one of differences) process.stdout.write(`${describe(one)}\n`);
  process.stdout.write(
    `${before.steps.length} calls of ${before.version}, ${Object.keys(before.schemas).length} schemas: ${differences.length} differences\n`,
  );
  return differences.length === 0 ? exitCodes.ok : exitCodes.failed;
});
