import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { clouds } from '../../../stacks/model/clouds/clouds.ts';
import { nameInAccount } from '../../../stacks/model/names.ts';
import { inRegion } from '../../../stacks/model/stages/regions.ts';
import { findStage, stageNames } from '../../../stacks/model/stages/stages.ts';
import { checkTemplate } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';
import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { parseRegion, parseStage } from '../../cli/stage-name.ts';
import { installExtra } from '../../platform/process/extra-packages.ts';
import { runStacks } from '../../platform/terraform/apply.ts';
import { readFiles } from '../../rules/read-files.ts';

const usage = `
usage: npm run synth:terraform -- [--stage NAME] [--cloud NAME] [--region NAME] [--out FOLDER]

Builds the functions and writes stacks/<name>/cdk.tf.json to the output folder. Needs no credentials. Then run
terraform init and terraform apply in the stack's folder (docs/terraform.md). Fails if the stack
breaks a rule of deployability (docs/rules.md).

  --stage NAME one of ${stageNames.join(', ')} (default dev); local stages exist only on AWS
  --cloud NAME one of ${clouds.join(', ')} (default aws)
  --region NAME of a stage of several regions: one of them; default: the first
  --issuer URL  of the home region's user pool, for the other regions
  --audience ID of its client
  --state PLACE local (default of the stages) or remote: in the cloud's own storage, locked
  --alarm-email ADDRESS instead of the stage's alarms.email
  --out FOLDER output folder (default cdktf.out)
  --help
`;

await runMain(async () => {
  const { stage, cloud, out, ...more } = parseCommandLine(usage, {
    stage: { type: 'string', default: 'dev' },
    cloud: { type: 'string', default: 'aws' },
    out: { type: 'string', default: 'cdktf.out' },
    region: { type: 'string' },
    issuer: { type: 'string' },
    audience: { type: 'string' },
    state: { type: 'string' },
    'alarm-email': { type: 'string' },
  });
  const chosen = clouds.find((one) => one === cloud);
  if (!chosen) throw new CliError('usage', `--cloud is '${cloud}', must be one of ${clouds.join(', ')}`, usage.trim());
  const cell = inRegion(findStage(parseStage(stage)), parseRegion(stage, more.region));
  installExtra('terraform');
  if (chosen !== 'aws') installExtra(chosen);
  const options = ['region', 'issuer', 'audience', 'state', 'alarm-email'] as const;
  const given = options.flatMap((name) => (more[name] === undefined ? [] : [`--${name}`, more[name]]));
  await runStacks(['--stage', stage, '--cloud', chosen, '--out', out, ...given]);
  // A local stage has no stack on the other clouds.
  const files = [join(out, 'stacks', nameInAccount(cell, chosen), 'cdk.tf.json')].filter((file) => existsSync(file));
  const findings = readFiles(files).flatMap(({ template }) => checkTemplate(template, rules));
  for (const { rule, resource, problem } of findings) process.stderr.write(`${rule}: ${resource}: ${problem}\n`);
  process.stdout.write(`${out}/stacks\n`);
  return findings.length > 0 ? exitCodes.failed : exitCodes.ok;
});
