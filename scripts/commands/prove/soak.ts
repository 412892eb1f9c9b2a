import { showBar } from '../../cli/bar.ts';
import { CliError, exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { soakReport } from '../../lab/soak/report.ts';
import { soak } from '../../lab/soak/soak.ts';
import type { Platform } from '../../platform/platform.ts';
import { reportsFolder } from '../../platform/process/paths.ts';
import { withPlatform } from '../../platform/with-platform.ts';
import { publishReport } from '../../report/publish.ts';
import { sectionsText } from '../../report/report.ts';

const usage = `
usage: npm run soak -- [options]

Runs a long sale through the deployed system under many faults at once. 10 % of the posts are repeated, and 10 % of
the messages are delivered twice. 5 % of the functions' calls are throttled, and 5 % lose their response. Every 2 s a
worker of some function is killed. Then checks the invariants, and writes a page with charts to .local/reports.
Exit code 0 only if nothing was lost, doubled, oversold or leaked, each fault was met, and at most 1 % of the orders
have a dead letter, each with a log line for every one of its receives.

  --orders N    default 100000
  --parallel N  concurrent orders (default 32)
  --kill-ms N   milliseconds between kills (default 2000)
  --visibility-timeout N
                seconds, for the work queues (default 35, just over the worker's time limit; a deployed stage
                uses 180)
  --seed N      default 1
  --help
`;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    orders: { type: 'string', default: '100000' },
    parallel: { type: 'string', default: '32' },
    'kill-ms': { type: 'string', default: '2000' },
    'visibility-timeout': { type: 'string', default: '35' },
    seed: { type: 'string', default: '1' },
  });
  const options = {
    orders: parseWholeNumber('orders', words.orders, { min: 1, max: 10_000_000 }),
    parallel: parseWholeNumber('parallel', words.parallel, { min: 1, max: 256 }),
    killEveryMs: parseWholeNumber('kill-ms', words['kill-ms'], { min: 100, max: 600_000 }),
    visibilityTimeoutSeconds: parseWholeNumber('visibility-timeout', words['visibility-timeout'], {
      min: 1,
      max: 43_200,
    }),
    seed: parseWholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 - 1 }),
  };
  return withPlatform({}, async (platform, progress) => {
    const bar = showBar('orders posted', options.orders);
    const result = await soak(
      { ...platform, enginePid: requireEnginePid(platform) },
      { ...options, onPosted: bar.update, onStep: progress.line },
    ).finally(() => bar.stop());
    const report = soakReport(result);
    const name = `soak-${options.orders}-${options.seed}`;
    process.stdout.write(sectionsText(report.sections) + publishReport(report, reportsFolder, name));
    return report.failures.length === 0 ? exitCodes.ok : exitCodes.failed;
  });
});

function requireEnginePid({ enginePid }: Platform): number {
  if (enginePid !== undefined) return enginePid;
  throw new CliError(
    'own_platform_only',
    'AWS_ENDPOINT_URL is set, but a soak has to kill function workers',
    'Unset AWS_ENDPOINT_URL to use the built-in engine, whose workers are processes on this machine.',
  );
}
