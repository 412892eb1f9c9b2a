import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { isAfterWrite, nameOf, toCrashPoints, unseen } from '../../lab/crash-points/points.ts';
import { observeCalls, type Trial, tryPoints } from '../../lab/crash-points/run.ts';
import { callersAreKnown } from '../../platform/gateway/callers.ts';
import { withPlatform } from '../../platform/with-platform.ts';

const usage = `
usage: npm run crash-points -- [options]

Kills a function at each of its SDK calls, once before the engine receives the call and once after the engine has
done the work. A scenario run records the calls; a permission that no recorded call uses is an error. After each
kill the scenario continues (client, queue and stream retry), and the invariants must hold. Exit code 0 only if
every point was hit and every invariant held.

  --writes    only points after a write
  --together  all points in one run of the scenario
  --help
`;

await runMain(async () => {
  const { writes, together } = parseCommandLine(usage, {
    writes: { type: 'boolean', default: false },
    together: { type: 'boolean', default: false },
  });
  requireBuiltInEngine();
  return withPlatform({}, async (platform, progress) => {
    progress.step('recording the calls');
    const calls = await observeCalls(platform);
    const missing = unseen(calls, platform.stage);
    const points = toCrashPoints(calls).filter((point) => !writes || isAfterWrite(point));
    if (points.length === 0)
      throw new CliError('nothing_seen', 'the scenario made no call to crash at', 'Check the log of the functions.');
    progress.line(`${calls.length} function calls, ${points.length} crash points`);
    const trials = await tryPoints(platform, points, {
      together,
      onTrial: (trial) => process.stdout.write(`${formatTrial(trial, platform.stage)}\n`),
    });
    for (const one of missing) process.stdout.write(`NOT SEEN  ${one}\n`);
    const bad = trials.filter(({ hit, wrong }) => !hit || wrong.length > 0).length + missing.length;
    process.stdout.write(`${trials.length} crash points, ${trials.filter(({ hit }) => hit).length} hit, ${bad} bad\n`);
    return bad === 0 ? exitCodes.ok : exitCodes.failed;
  });
});

function formatTrial({ point, hit, wrong }: Trial, stage: string): string {
  const state = hit ? (wrong.length === 0 ? 'holds' : 'BROKEN') : 'NOT HIT';
  return [`${state.padEnd(9)} ${nameOf(point, stage)}`, ...wrong].join('\n          ');
}

function requireBuiltInEngine(): void {
  if (callersAreKnown && process.env.AWS_ENDPOINT_URL === undefined) return;
  throw new CliError(
    'own_platform_only',
    'crash points need the built-in engine on Linux: only there can a call be traced to its process',
    'Unset AWS_ENDPOINT_URL. On another operating system, run this in a Linux container.',
  );
}
