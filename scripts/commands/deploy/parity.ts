import { findStage, stageNames } from '../../../stacks/model/stages/stages.ts';
import { exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { parseStage } from '../../cli/stage-name.ts';
import { compareModels } from '../../parity/compare.ts';
import { formatReport } from '../../parity/report.ts';
import { buildModels, synthesizeBoth } from '../../parity/stage-models.ts';
import { installExtra } from '../../platform/process/extra-packages.ts';

const usage = `
usage: npm run parity -- [--stage NAME]

Synthesizes each stage with CDK and with CDKTF, and compares them resource by resource and setting by
setting. Exit code 0 only if scripts/parity/explained-differences.ts gives a reason for every difference.

  --stage NAME one of ${stageNames.join(', ')}; default: all
  --help
`;

await runMain(async () => {
  const { stage } = parseCommandLine(usage, { stage: { type: 'string' } });
  const stages = (stage === undefined ? stageNames : [parseStage(stage)]).map(findStage);
  installExtra('terraform');
  const synths = await synthesizeBoth(stages);
  const comparisons = [...synths].map(([name, both]) => {
    const { cdk, terraform } = buildModels(both);
    return { stage: name, ...compareModels(cdk, terraform) };
  });
  process.stdout.write(formatReport(comparisons));
  const empty = comparisons.filter(({ resources, settings }) => resources === 0 || settings === 0);
  for (const { stage: name } of empty) process.stdout.write(`FAILED: stage ${name} has nothing to compare\n`);
  const unexplained = comparisons.flatMap(({ differences }) => differences.filter(({ reason }) => !reason));
  return unexplained.length + empty.length > 0 || comparisons.length === 0 ? exitCodes.failed : exitCodes.ok;
});
