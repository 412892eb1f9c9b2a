import { CliError, exitCodes, parseCommandLine, runMain, wholeNumber } from './cli/cli.ts';
import { parseIac } from './cli/iac-name.ts';
import type { Progress } from './cli/progress.ts';
import { localStage } from './cli/stage-name.ts';
import { findTool } from './platform/deploy/tools.ts';
import { faultText } from './platform/gateway/faults/faults.ts';
import { readFaultPlan } from './platform/gateway/faults/plan.ts';
import type { Platform } from './platform/platform.ts';
import { withPlatform } from './platform/with-platform.ts';
import { type CheckOptions, retriedCalls, slowCalls } from './sale/check/invariants.ts';
import { awsSystem, onCloud, otherCloud } from './sale/clouds.ts';
import { workQueuesOf } from './sale/conditions.ts';
import { reportOf } from './sale/report.ts';
import { runSale, type SaleOptions } from './sale/sale.ts';
import type { SaleSystem } from './sale/system.ts';

const usage = `
usage: npm run demo -- [options]

Deploys the system to an emulator on this machine with the real CDK CLI, runs a flash sale over HTTP
through the local CDN (four products, repetitions, bad input, poison messages, cancels, a restock) while
others browse, a price changes, and the partner who takes the orders fails 5 % of the calls; checks afterwards
that nothing was lost, doubled, oversold or leaked, that the partner's book says the same, that 95 % of the
browsing came out of the cache, and that nothing in it was too old. Exit code 0 only if all of it holds.

  --orders N   orders to place (default 2000)
  --units N    units of the hot product (default: 60 % of what its orders ask for)
  --rate N     orders begun per second (default: as fast as the machine takes them)
  --parallel N orders under way at a time (default 16)
  --browse N   requests for products, list, page and assets beside the orders, 500 a second (default 20000;
               0: none; with less than about 1,000 the first misses alone are more than 5 %;
               with --faults none: what is served while the origin fails may be older)
  --seed N     the same seed gives the same sale (default 1)
  --faults FILE inject the faults of a plan into the calls of the functions meanwhile (docs/faults.md)
  --cloud NAME aws (default), azure or google: the same sale on that cloud's local engines, without a CDN;
               what it needs is installed by the first run
  --stage NAME local (HTTP API) or local-url (Function URLs); default: what suits the engine
  --iac NAME   cdk (default) or terraform: the real Terraform applies the CDKTF stack, and after the sale a
               plan must show no drift, and a destroy must leave nothing
  --help

AWS_ENDPOINT_URL=http://... uses an emulator that already runs.
`;

await runMain(async () => {
  const options = parseCommandLine(usage, {
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
  const cloud = otherCloud(options.cloud);
  if (cloud) refuseWithCloud(options, ['browse', 'faults', 'stage', 'iac']);
  const optional = (name: 'units' | 'rate', limits: { min: number; max: number }) =>
    options[name] === undefined ? undefined : wholeNumber(name, options[name], limits);
  const sale: Omit<SaleOptions, 'browse'> = {
    orders: wholeNumber('orders', options.orders, { min: 1, max: 100_000 }),
    units: optional('units', { min: 0, max: 1_000_000 }),
    rate: optional('rate', { min: 1, max: 10_000 }),
    concurrency: wholeNumber('parallel', options.parallel, { min: 1, max: 256 }),
    seed: wholeNumber('seed', options.seed, { min: 0, max: 2 ** 31 }),
  };
  if (cloud)
    return onCloud(cloud, async (system) => conclude(await demonstrate(system, { ...sale, browse: 0 }, slowCalls)));

  const lookers = options.browse ?? (options.faults === undefined ? '20000' : '0');
  const browse = wholeNumber('browse', lookers, { min: 0, max: 1_000_000 });
  const faults = options.faults === undefined ? undefined : readFaultPlan(options.faults);
  const iac = parseIac(options.iac);
  return withPlatform({ ...localStage(options.stage), ...(iac && { iac }) }, async (platform, progress) => {
    if (faults) {
      await hideBriefly(platform);
      platform.gateway.faults.set(faults);
    }
    const failures = await demonstrate(awsSystem(platform), { ...sale, browse }, faults ? retriedCalls : slowCalls);
    if (faults) process.stdout.write(faultText(platform.gateway.faults.report()));
    const leftovers = failures.length === 0 ? await endDeployment(platform, progress) : [];
    return conclude([...failures, ...leftovers]);
  });
});

/** What a fault held up comes again sooner than in the stage: longer than the function's time limit is enough. */
async function hideBriefly(platform: Platform): Promise<void> {
  const queue = workQueuesOf(platform);
  await queue.setVisibilityTimeout(35);
  queue.close();
}

async function demonstrate(system: SaleSystem, options: SaleOptions, check: CheckOptions): Promise<readonly string[]> {
  const sale = await runSale(system, options);
  const report = reportOf(sale, system.calls(), system.memoryMb().peak, check);
  process.stdout.write(report.text);
  return report.failures;
}

function conclude(failures: readonly string[]): number {
  for (const failure of failures) process.stdout.write(`FAILED: ${failure}\n`);
  if (failures.length > 0) return exitCodes.failed;
  process.stdout.write('All invariants hold: nothing lost, doubled, oversold or leaked.\n');
  return exitCodes.ok;
}

/** What the deployment left behind, for a tool that can tell. */
async function endDeployment(platform: Platform, progress: Progress): Promise<readonly string[]> {
  const { end } = findTool(platform.iac);
  if (!end) return [];
  progress.step('plan, and destroy');
  const { explained, failures } = await end(platform);
  process.stdout.write(`${platform.iac} plan shows no drift, but for ${explained.join('; ') || 'nothing'}\n`);
  if (failures.length === 0) process.stdout.write(`${platform.iac} destroy left nothing.\n`);
  return failures;
}

function refuseWithCloud(options: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given)
    throw new CliError('usage', `--${given} is for the platform of AWS, not for --cloud`, `leave out --${given}`);
}
