import { join } from 'node:path';
import { showBar } from './cli/bar.ts';
import { CliError, exitCodes, parseCommandLine, runMain, wholeNumber } from './cli/cli.ts';
import { soakReport, writeSoakReport } from './lab/soak/report.ts';
import { failuresOf, soak } from './lab/soak/soak.ts';
import type { Platform } from './platform/platform.ts';
import { localFolder } from './platform/process/paths.ts';
import { withPlatform } from './platform/with-platform.ts';

const usage = `
usage: npm run soak -- [options]

A long sale through the deployed system while everything fails at once: 10 % of the posts are repeated and
10 % of the messages come twice, 5 % of the calls of functions are throttled and of 5 % the answer is lost,
and every 2 s a worker of some function is killed. Ends with the invariants, and a report with charts below
.local/reports. Exit code 0 only if nothing was lost, doubled, oversold or leaked, and every dead letter is
explained.

  --orders N    default 100000
  --parallel N  orders under way at a time (default 32)
  --kill-ms N   milliseconds between two kills (default 2000)
  --visibility-timeout N
                seconds of the order queue (default 35: more than the worker's time limit; the deployed stage
                has 180)
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
    orders: wholeNumber('orders', words.orders, { min: 1, max: 10_000_000 }),
    parallel: wholeNumber('parallel', words.parallel, { min: 1, max: 256 }),
    killEveryMs: wholeNumber('kill-ms', words['kill-ms'], { min: 100, max: 600_000 }),
    visibilityTimeoutSeconds: wholeNumber('visibility-timeout', words['visibility-timeout'], { min: 1, max: 43_200 }),
    seed: wholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 - 1 }),
  };
  return withPlatform({}, async (platform, progress) => {
    const bar = showBar('orders posted', options.orders);
    const result = await soak(
      { ...platform, enginePid: enginePidOf(platform) },
      { ...options, onPosted: bar.update, onStep: progress.line },
    ).finally(() => bar.stop());
    const path = writeSoakReport(result, join(localFolder, 'reports', `soak-${options.orders}-${options.seed}`));
    process.stdout.write(`${soakReport(result).text}\nreport with charts: ${path}\n`);
    return failuresOf(result).length === 0 ? exitCodes.ok : exitCodes.failed;
  });
});

function enginePidOf({ enginePid }: Platform): number {
  if (enginePid !== undefined) return enginePid;
  throw new CliError(
    'own_platform_only',
    'AWS_ENDPOINT_URL is set, and a soak kills workers of functions',
    'Unset AWS_ENDPOINT_URL: the built-in engine runs its workers as processes of this machine.',
  );
}
