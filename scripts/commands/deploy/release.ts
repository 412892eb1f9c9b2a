import { serviceNames } from '../../../stacks/model/services.ts';
import { findStage as findSettings } from '../../../stacks/model/stages/stages.ts';
import { CliError, parseCommandLine, runMain } from '../../cli/cli.ts';
import { withPlainErrors } from '../../cli/plain-errors.ts';
import { parseStage } from '../../cli/stage-name.ts';
import { findStage } from '../../operations/find-stage.ts';
import { awsRelease } from '../../operations/release/aws.ts';
import { release } from '../../operations/release/run.ts';

const usage = `
usage: npm run release -- --stage NAME [--without-alarms]

After \`terraform apply\`, which publishes new versions: CodeDeploy moves the calls of each function to its newest
version in the stage's steps, and back when an alarm fires. CDK needs no such command: its deploy does both.

  --stage NAME      a stage with releases
  --without-alarms  continue while an alarm fires: for a version that fixes its cause
  --help

Exit code: 0 the newest versions have all calls, 1 a release was rolled back, 2 wrong usage.
`;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    stage: { type: 'string' },
    'without-alarms': { type: 'boolean', default: false },
  });
  if (words.stage === undefined) throw new CliError('usage', '--stage is missing', usage.trim());
  const stage = findSettings(parseStage(words.stage));
  if (stage.releases === null)
    throw new CliError(
      'releases_off',
      `stage ${stage.name} has no releases: its deploy moves all calls at once`,
      'Set releases in stacks/model/stages/stages.ts, and apply.',
    );
  const { config, place } = await findStage(stage.name);
  const onStep = (text: string) => void process.stderr.write(`  ${text}\n`);
  const ports = awsRelease(stage, config, { withoutAlarms: words['without-alarms'] });
  const moved = await withPlainErrors(place, () => release(serviceNames, { ...ports, onStep }));
  const text = moved.length === 0 ? 'every function has its newest version' : `${moved.length} functions moved`;
  process.stdout.write(`${text}\n`);
  return undefined;
});
