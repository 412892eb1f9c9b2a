import { CliError, exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { parseIac } from '../../cli/iac-name.ts';
import type { Progress } from '../../cli/progress.ts';
import { parseLocalStage } from '../../cli/stage-name.ts';
import { beginComparison } from '../../planner/sale-calls/begin.ts';
import { findTool } from '../../platform/deploy/tools.ts';
import { faultText } from '../../platform/gateway/faults/faults.ts';
import { readFaultPlan } from '../../platform/gateway/faults/plan.ts';
import type { Platform } from '../../platform/platform.ts';
import { reportsFolder } from '../../platform/process/paths.ts';
import { withPlatform } from '../../platform/with-platform.ts';
import { atLeastOne, describeFailures } from '../../report/finding.ts';
import { publishReport } from '../../report/publish.ts';
import type { Report } from '../../report/report.ts';
import { type CheckOptions, retriedCalls, slowCalls } from '../../sale/check/invariants.ts';
import { awsSystem, parseOtherCloud, withCloud } from '../../sale/clouds.ts';
import { demoReport } from '../../sale/demo-report.ts';
import { type Judgement, reportOf } from '../../sale/report.ts';
import { runSale, type SaleOptions, type SaleResult } from '../../sale/sale.ts';
import { openWorkQueues } from '../../sale/soak-conditions.ts';
import { readStepsLog } from '../../sale/steps-log.ts';
import type { SaleSystem } from '../../sale/system.ts';

const usage = `
usage: npm run demo -- [options]

Deploys the system to a local emulator with the real CDK CLI, then runs a flash sale over HTTP through the local
CDN: four products, repeated posts, bad input, poison messages, cancels, a restock. Meanwhile visitors browse, a
price changes, and the partner that fulfils the orders fails 5 % of its calls. Afterwards it checks that nothing
was lost, doubled, oversold or leaked; that the partner's book agrees; that 95 % of the browsing came from the cache,
none of it too old; and that the functions called each service as often as a plan says (npm run plan), within
2 %. Exit code 0 only if all of this holds. Prints tables, and writes a page with charts to .local/reports.

  --orders N   orders to place (default 2000)
  --units N    units of the hot product (default: 60 % of its demand)
  --rate N     orders started per second (default: as fast as the machine allows)
  --parallel N concurrent orders (default 16)
  --browse N   requests for products, list, page and assets during the sale, 500 a second (default 20000; 0: none;
               below about 1,000 the first misses alone exceed 5 %; with --faults the default is 0, because
               responses served while the origin fails may be older)
  --seed N     the same seed gives the same sale (default 1)
  --faults FILE inject the faults of a plan into the functions' calls during the sale (docs/faults.md)
  --cloud NAME aws (default), azure or google: the same sale on that cloud's local engines, without a CDN;
               the first run installs its tools
  --stage NAME local (HTTP API) or local-url (Function URLs); default: the one that the engine supports
  --iac NAME   cdk (default) or terraform: the real Terraform applies the CDKTF stack; after the sale a plan
               must show no drift, a destroy must leave nothing, and a second apply must work
  --help

AWS_ENDPOINT_URL=http://... uses a running emulator.
`;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    orders: { type: 'string', default: '2000' },
    units: { type: 'string' },
    rate: { type: 'string' },
    parallel: { type: 'string', default: '16' },
    browse: { type: 'string' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string' },
    cloud: { type: 'string', default: 'aws' },
    stage: { type: 'string' },
    iac: { type: 'string' },
  });
  const cloud = parseOtherCloud(words.cloud);
  if (cloud) rejectAwsOptions(words, ['browse', 'faults', 'stage', 'iac']);
  const sale = parseSaleOptions(words);
  if (cloud)
    return withCloud(cloud, async (system) =>
      conclude(await demonstrate(system, { ...sale, browse: 0 }, slowCalls), `demo-${cloud}`),
    );

  const browseText = words.browse ?? (words.faults === undefined ? '20000' : '0');
  const browse = parseWholeNumber('browse', browseText, { min: 0, max: 1_000_000 });
  const faults = words.faults === undefined ? undefined : readFaultPlan(words.faults);
  const iac = parseIac(words.iac);
  return withPlatform({ ...parseLocalStage(words.stage), ...(iac && { iac }) }, async (platform, progress) => {
    if (faults) {
      await shortenVisibilityTimeout(platform);
      platform.gateway.faults.set(faults);
    }
    // Not with faults, which make calls of their own.
    const compare = faults ? undefined : beginComparison(platform, readStepsLog);
    const check = faults ? retriedCalls : slowCalls;
    const report = await demonstrate(awsSystem(platform), { ...sale, browse }, check, compare);
    const faultless = faults ? reportFaults(platform) : [];
    const leftovers = report.failures.length === 0 ? await endDeployment(platform, progress) : [];
    return conclude({ ...report, failures: [...report.failures, ...faultless, ...leftovers] }, 'demo');
  });
});

interface SaleWords {
  readonly orders: string;
  readonly units?: string;
  readonly rate?: string;
  readonly parallel: string;
  readonly seed: string;
}

function parseSaleOptions(words: SaleWords): Omit<SaleOptions, 'browse'> {
  const optional = (name: 'units' | 'rate', limits: { min: number; max: number }) =>
    words[name] === undefined ? undefined : parseWholeNumber(name, words[name], limits);
  return {
    orders: parseWholeNumber('orders', words.orders, { min: 1, max: 100_000 }),
    units: optional('units', { min: 0, max: 1_000_000 }),
    rate: optional('rate', { min: 1, max: 10_000 }),
    concurrency: parseWholeNumber('parallel', words.parallel, { min: 1, max: 256 }),
    seed: parseWholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 }),
  };
}

/** Prints the injected faults; returns those that hit no call, and so were not tested. */
function reportFaults({ gateway }: Platform): readonly string[] {
  const counts = gateway.faults.report();
  process.stdout.write(faultText(counts));
  return describeFailures(
    counts.map(({ kind, service, operation, injected }) =>
      atLeastOne(`calls hit by '${kind}' (${service} ${operation})`, injected),
    ),
  );
}

/** Faults delay messages; 35 s, just over the functions' time limit, redelivers them sooner than the stage's setting. */
async function shortenVisibilityTimeout(platform: Platform): Promise<void> {
  const queue = openWorkQueues(platform);
  await queue.setVisibilityTimeout(35);
  queue.close();
}

async function demonstrate(
  system: SaleSystem,
  options: SaleOptions,
  check: CheckOptions,
  compare?: (sale: SaleResult) => Promise<Judgement>,
): Promise<Report> {
  const sale = await runSale(system, options);
  const more = compare ? [await compare(sale)] : [];
  const report = reportOf(sale, system.calls(), system.memoryMb().peak, { check, more });
  process.stdout.write(report.text);
  return demoReport(report, options);
}

/** Writes the page, and prints its address and the verdict; returns the exit code. */
function conclude(report: Report, name: string): number {
  process.stdout.write(publishReport(report, reportsFolder, name));
  return report.failures.length > 0 ? exitCodes.failed : exitCodes.ok;
}

/** Ends the deployment with a tool that can report drift and leftovers; returns its failures. */
async function endDeployment(platform: Platform, progress: Progress): Promise<readonly string[]> {
  const { end } = findTool(platform.iac);
  if (!end) return [];
  progress.step('plan, destroy, apply again and destroy');
  const { explained, failures } = await end(platform);
  process.stdout.write(
    `${platform.iac} plan shows no drift; explained differences: ${explained.join('; ') || 'none'}\n`,
  );
  if (failures.length === 0)
    process.stdout.write(`${platform.iac} destroy left nothing; applied and destroyed again.\n`);
  return failures;
}

function rejectAwsOptions(words: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const given = names.find((name) => words[name] !== undefined);
  if (given)
    throw new CliError('usage', `--${given} works only on AWS, not with --cloud azure or google`, `Omit --${given}.`);
}
