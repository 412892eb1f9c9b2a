import { existsSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CliError, exitCodes, parseCommandLine, runMain, UsageError } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';
import { listPlans, type Planned, refuseIgnored } from '../../planner/choose-plans.ts';
import type { PlanReport } from '../../planner/report/build.ts';
import { compareMarkdown, compareText } from '../../planner/report/compare.ts';
import { exportLoad, type LoadTool, loadTools } from '../../planner/report/export-load.ts';
import { toHtml, toJson, toMarkdown, toText } from '../../planner/report/forms.ts';
import { findProfile, planStage } from '../../planner/run.ts';
import { keepHeapSmall } from '../../planner/small-heap.ts';
import { describeValidation } from '../../planner/validation/describe.ts';

const usage = `
usage: npm run plan -- --stage prod [--profile FILE]
       npm run plan -- --stage prod --cloud azure
       npm run plan -- --compare dev,prod --profile FILE
       npm run plan -- --validate

Simulates a load on a stage before anything is deployed: the first bottleneck and the setting that mends it, how long
customers wait, and the dollars of the month. Nothing is called; the same seed gives the same output.

  --stage NAME      default: the profile's
  --cloud NAME      aws (default), azure or google: the same stage by that cloud's limits and prices
  --profile FILE    a load profile (docs/planning.md), or the name of a sample in docs/samples;
                    default: docs/samples/plan-<stage>.yaml
  --check           exit code 1 when the profile's budget is broken
  --json            the whole report as one document, instead of the tables; with --compare a list of them
  --markdown        for a comment of a pull request, instead of the tables
  --html FILE       also writes a page with charts
  --compare NAMES   stages side by side, --compare dev,prod; or clouds, with --stage: --compare aws,azure,google
  --measured FILE   durations of the functions, from npm run tune -- --out FILE, CloudWatch or Lambda Power Tuning
  --export TOOL     prints the same load for k6, artillery or locust; takes --stage, --profile and --seed only
  --region NAME     of the prices; default: the stage's region
  --free-tier       subtracts what is free each month
  --seed N          default: the profile's
  --quick           leaves out sensitivity and the larger scenarios
  --validate        compares the model with published measurements; stands alone
  --help

Examples:
  npm run plan -- --stage prod
  npm run plan -- --stage prod --profile plan-prod --html plan.html
  npm run plan -- --stage dev --check --quick
  npm run plan -- --stage prod --compare aws,azure,google --quick
  npm --silent run plan -- --profile docs/samples/plan-prod.yaml --export k6 > sale.js

Exit code: 0 planned, with --check within the budget, with --validate within every tolerance; 1 not; 2 wrong usage.
`;

const options = {
  stage: { type: 'string' },
  cloud: { type: 'string' },
  profile: { type: 'string' },
  check: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  markdown: { type: 'boolean', default: false },
  html: { type: 'string' },
  compare: { type: 'string' },
  measured: { type: 'string' },
  export: { type: 'string' },
  region: { type: 'string' },
  'free-tier': { type: 'boolean', default: false },
  seed: { type: 'string' },
  quick: { type: 'boolean', default: false },
  validate: { type: 'boolean', default: false },
} as const;

const allScales = [1, 3, 10];
type Words = ReturnType<typeof readWords>;
const readWords = () => parseCommandLine(usage, options);

await runMain(async () => {
  const words = readWords();
  if (words.json && words.markdown)
    throw new UsageError('usage', '--json and --markdown exclude each other', usage.trim());
  refuseIgnored(words);
  if (words.validate) {
    const { text, holds } = await describeValidation();
    process.stdout.write(text);
    return holds ? exitCodes.ok : exitCodes.failed;
  }
  const plans = listPlans(words);
  if (words.export !== undefined) return writeLoad(words, plans[0]?.stage ?? '');
  checkPage(words, plans.length);
  keepHeapSmall();
  const progress = showProgress();
  const reports = [];
  for (const plan of plans) reports.push(await planOne(plan, plans[0]?.stage ?? plan.stage, words, progress.step));
  progress.done();
  const [report] = reports;
  if (!report) throw new UsageError('usage', '--compare names no stage', usage.trim());
  if (words.html !== undefined) writePage(words.html, toHtml(report));
  process.stdout.write(reports.length > 1 ? formTogether(words)(reports) : form(words)(report));
  const holds = reports.every((one) => one.holds);
  return words.check && !holds ? exitCodes.failed : exitCodes.ok;
});

function form({ json, markdown }: Words) {
  if (json) return toJson;
  return markdown ? toMarkdown : toText;
}

function formTogether({ json, markdown }: Words): (reports: readonly PlanReport[]) => string {
  if (json) return toJson;
  return markdown ? compareMarkdown : compareText;
}

/** Checked before minutes of planning. */
function checkPage({ html }: Words, plans: number): void {
  if (html === undefined) return;
  if (plans > 1)
    throw new UsageError(
      'usage',
      '--html writes one plan, and --compare makes several',
      'Plan each of them on its own.',
    );
  const folder = dirname(resolve(html));
  if (!existsSync(folder))
    throw new UsageError(
      'html_unwritable',
      `--html is '${html}', and there is no folder ${folder}`,
      'Create it first.',
    );
}

function writePage(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const hint = 'Pass a file that can be written: --html plan.html';
    throw new CliError('html_unwritable', `cannot write --html ${file}: ${(error as Error).message}`, hint);
  }
}

function profileOf(words: Words, stage: string) {
  const profile = findProfile(words.profile, stage);
  return words.seed === undefined ? profile : { ...profile, seed: parseSeed(words.seed) };
}

/** Stages are compared under one load: the first stage's, unless a profile is named. */
function planOne({ stage, cloud }: Planned, first: string, words: Words, onStep: (text: string) => void) {
  return planStage({
    ...{
      stage,
      ...(cloud !== undefined && { cloud }),
      profile: profileOf(words, first),
      measured: words.measured,
      region: words.region,
    },
    ...{ freeTier: words['free-tier'], sensitivity: !words.quick, scales: words.quick ? [1] : allScales, onStep },
  });
}

function writeLoad(words: Words, stage: string): number {
  const tool = loadTools.find((name): name is LoadTool => name === words.export);
  if (!tool)
    throw new UsageError(
      'tool_unknown',
      `--export is '${words.export}', must be one of ${loadTools.join(', ')}`,
      'For example: --export k6',
    );
  process.stdout.write(exportLoad(profileOf(words, stage), tool));
  return exitCodes.ok;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed <= 2_147_483_647) return seed;
  throw new UsageError(
    'usage',
    `--seed must be a whole number from 0 to 2147483647, got '${text}'`,
    'For example: --seed 1',
  );
}
