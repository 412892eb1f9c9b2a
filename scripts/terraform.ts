import { clouds } from '../stacks/model/clouds/clouds.ts';
import { stageNames } from '../stacks/model/stages/stages.ts';
import { CliError, parseCommandLine, runMain } from './cli/cli.ts';
import { installExtra } from './platform/process/extra-packages.ts';
import { runStacks } from './platform/terraform/apply.ts';

const usage = `
usage: npm run synth:terraform -- [--stage NAME] [--cloud NAME] [--out FOLDER]

Builds the functions and writes, for Terraform, stacks/<name>/cdk.tf.json below the folder. Needs no
credentials. Then, in that folder: terraform init, terraform apply (docs/terraform.md).

  --stage NAME one of ${stageNames.join(', ')} (default dev); local stages are AWS's alone
  --cloud NAME one of ${clouds.join(', ')} (default aws)
  --out FOLDER default cdktf.out
  --help
`;

await runMain(async () => {
  const { stage, cloud, out } = parseCommandLine(usage, {
    stage: { type: 'string', default: 'dev' },
    cloud: { type: 'string', default: 'aws' },
    out: { type: 'string', default: 'cdktf.out' },
  });
  const chosen = clouds.find((one) => one === cloud);
  if (!chosen) throw new CliError('usage', `--cloud is '${cloud}', must be one of ${clouds.join(', ')}`, usage.trim());
  installExtra('terraform');
  if (chosen !== 'aws') installExtra(chosen);
  await runStacks(['--stage', stage, '--cloud', chosen, '--out', out]);
  process.stdout.write(`${out}/stacks\n`);
  return undefined;
});
