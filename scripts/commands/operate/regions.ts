import { hasRegions } from '../../../stacks/model/stages/regions.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { findStage as findStageModel } from '../../../stacks/model/stages/stages.ts';
import { tableName } from '../../../stacks/model/table-shapes.ts';
import { CliError, exitCodes, parseCommandLine, runMain, UsageError } from '../../cli/cli.ts';
import { withPlainErrors } from '../../cli/plain-errors.ts';
import { showProgress } from '../../cli/progress.ts';
import { parseStage } from '../../cli/stage-name.ts';
import { exportToEnvironment, type FoundStage, findStage } from '../../operations/find-stage.ts';
import { bringHome } from '../../operations/regions/bring-home.ts';
import { type Judged, judgeRegions } from '../../operations/regions/judge.ts';
import { readRegions } from '../../operations/regions/read.ts';
import { reportRegions } from '../../operations/regions/report.ts';

const usage = `
usage: npm run regions -- [--home [--sku SKU]] [--stage NAME] [--json]

Shows where the units of each product are: left in a region, in its orders, on their way between regions, or stranded
with a region that does not answer; which orders of such a region are not final, as far as they were replicated; and
which orders are live in two regions. Reads all rows of stock and orders.

  --home            after the sale, move the unsold units of other regions to the home region; then show
  --sku SKU         with --home: this product only
  --stage NAME      default: the stage of the running platform, or the one that is deployed on AWS_ENDPOINT_URL
  --json            all of it, for programs
  --help

Uses AWS_ENDPOINT_URL if set, else the platform that \`npm start\` runs, else AWS with your credentials.
Exit code: 0 every region answers and everything adds up, 1 otherwise, 2 wrong usage.
`;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    home: { type: 'boolean', default: false },
    sku: { type: 'string' },
    stage: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  if (words.sku !== undefined && !words.home) throw new UsageError('usage', '--sku is for --home', 'Add --home.');
  // Checked before any request, if the name alone decides it.
  if (words.stage !== undefined) requireRegions(findStageModel(parseStage(words.stage)));
  const found = await findStage(words.stage);
  const stage = requireRegions(findStageModel(found.stage));
  exportToEnvironment(found);
  const progress = showProgress();
  progress.line(`stage ${found.stage} on ${found.place}`);
  const judged = await withPlainErrors(found.place, async () => {
    const first = judgeRegions(await readRegions(stage, found.config, progress.step));
    if (!words.home) return first;
    await moveHome(stage, found, chosen(first, words.sku), progress.line);
    return judgeRegions(await readRegions(stage, found.config, progress.step));
  });
  progress.done();
  process.stdout.write(words.json ? `${JSON.stringify(judged, null, 2)}\n` : reportRegions(judged));
  const { lost, doubled, wrong } = judged;
  return lost.length + doubled.length + wrong.length === 0 ? exitCodes.ok : exitCodes.failed;
});

function requireRegions(stage: Stage): Stage {
  if (hasRegions(stage)) return stage;
  throw new UsageError(
    'one_region',
    `stage ${stage.name} has one region`,
    "Name a stage whose setting 'regions' is not empty: docs/regions.md",
  );
}

function chosen({ products }: Judged, sku: string | undefined): Judged['products'] {
  const some = products.filter((product) => sku === undefined || product.sku === sku);
  if (some.length === 0)
    throw new CliError(
      'unknown_sku',
      `no product has the sku ${sku}`,
      `Known: ${products.map((one) => one.sku).join(', ')}`,
    );
  return some;
}

async function moveHome(
  stage: Stage,
  { config }: FoundStage,
  products: Judged['products'],
  say: (line: string) => void,
) {
  // Imported on demand: the adapters read endpoint and credentials when they are loaded.
  const { otherRegions } = await import('../../../functions/adapters/aws/other-regions.ts');
  const { transferReceiver } = await import('../../../functions/adapters/aws/transfers.ts');
  const [home = '', ...others] = stage.regions;
  if (config.region !== home)
    throw new UsageError(
      'not_home',
      `units go home to ${home}, and AWS_REGION is ${config.region}`,
      `Set AWS_REGION=${home}`,
    );
  const table = tableName(stage, 'stock');
  const ports = {
    home,
    lenders: otherRegions({ OTHER_STOCK: others.map((region) => `${region}=${table}`).join(',') }),
    receiver: transferReceiver(table),
    onUnreachable: (region: string) => say(`${region} does not answer: its units stay there`),
  };
  for (const product of products) say(`${product.sku}: ${await bringHome(product, ports)} units came home`);
}
