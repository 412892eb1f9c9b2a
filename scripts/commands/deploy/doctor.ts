import { clouds } from '../../../stacks/model/clouds/clouds.ts';
import { stageNames } from '../../../stacks/model/stages/stages.ts';
import { CliError, exitCodes, parseCommandLine, runMain, UsageError } from '../../cli/cli.ts';
import { parseIac } from '../../cli/iac-name.ts';
import { showProgress } from '../../cli/progress.ts';
import { parseRegion, parseStage } from '../../cli/stage-name.ts';
import { type DoctorOptions, describePermissions, examine } from '../../operations/doctor/examine.ts';
import { describeVerdict, exitCodeOf, formatTable, toJson } from '../../operations/doctor/present.ts';

/** A fork without Terraform still deploys to AWS. */
const known = clouds.includes('aws') ? clouds : (['aws', ...clouds] as const);

const usage = `
usage: npm run doctor -- --stage NAME [--cloud NAME] [--iac NAME] [--region NAME] [--account ID] [--json | --permissions]

Finds, before the first deploy, problems that would stop it half-way: placeholders, credentials, region, bootstrap,
quotas, mail, domain, issuer, and names that are taken. Changes nothing. Prints one line per check, with the action.

  --stage NAME   ${stageNames.join(', ')}
  --cloud NAME   ${known.join(', ')} (default aws)
  --iac NAME     on AWS: cdk (default) or terraform
  --region NAME  one region of a stage with several; default: the first
  --account ID   the expected account, subscription or project
  --json         one JSON document instead of the table
  --permissions  prints the read permissions that the checks need, and checks nothing
  --help

AWS: AWS_ENDPOINT_URL if set, else the platform that \`npm start\` runs, else AWS with your credentials.
Azure and Google: az or gcloud, signed in. Variables of Terraform come from TF_VAR_name, or from terraform.tfvars in
the stack's folder below cdktf.out/stacks.
Exit code: 0 every check passed or is not needed, 1 one failed or got no answer, 2 wrong usage.
`;

const commandLine = {
  stage: { type: 'string' },
  cloud: { type: 'string', default: 'aws' },
  iac: { type: 'string', default: 'cdk' },
  region: { type: 'string' },
  account: { type: 'string' },
  json: { type: 'boolean', default: false },
  permissions: { type: 'boolean', default: false },
} as const;

await runMain(async () => {
  const { stage, cloud, iac, region, account, json, permissions } = parseCommandLine(usage, commandLine);
  if (stage === undefined) throw new CliError('usage', '--stage is missing', usage.trim());
  const chosen = known.find((one) => one === cloud);
  if (!chosen) throw new CliError('usage', `--cloud is '${cloud}', must be one of ${known.join(', ')}`, usage.trim());
  if (chosen !== 'aws' && stage.startsWith('local'))
    throw new UsageError(
      'stage_unknown',
      `stage ${stage} is on this machine only, not on ${chosen}`,
      'For example: --stage dev',
    );
  const progress = showProgress();
  const options: DoctorOptions = {
    ...{ stage: parseStage(stage), cloud: chosen, account, onStep: progress.step },
    region: parseRegion(stage, region),
    iac: parseIac(iac) ?? 'cdk',
  };
  if (permissions) {
    process.stdout.write(`${JSON.stringify(await describePermissions(options), null, 2)}\n`);
    return exitCodes.ok;
  }
  const examined = await examine(options);
  progress.done();
  process.stdout.write(json ? toJson(examined) : `${formatTable(examined.lines)}\n${describeVerdict(examined)}\n`);
  return exitCodeOf(examined.lines);
});

// An abandoned call, or a program that asks for a password, must not keep the process alive.
setTimeout(() => process.exit(), 1_000).unref();
