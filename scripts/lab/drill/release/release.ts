import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlarmRow } from '../../../../stacks/model/operations/alarm-row.ts';
import { alarmRows } from '../../../../stacks/model/operations/alarm-rows.ts';
import { findStage } from '../../../../stacks/model/stages/stages.ts';
import { CliError } from '../../../cli/cli.ts';
import type { Versions } from '../../../platform/functions/versions.ts';
import { percentiles } from '../../../sale/place-orders.ts';
import { openWorkQueues } from '../../../sale/soak-conditions.ts';
import type { Drill, DrillSystem } from '../drill.ts';
import { warmUp } from '../peak.ts';
import { type BadVersion, badVersions, makeBad } from './bad-versions.ts';
import { beginLoad, openLoad } from './load.ts';
import { type Fired, findFired, LocalMetrics, minuteMs } from './local-alarms.ts';
import { bundlePrevious } from './previous.ts';
import { repairRows } from './repair.ts';
import { type BadRelease, buildResult, type GoodRelease } from './result.ts';

const steadyRate = 6;
/** Shares of calls for the new version: up to all of them, and back. */
const steps = [0, 0.1, 0.5, 1, 0.5, 0.1, 0] as const;
const shareOfBad = 0.5;
/** Redelivers failed messages sooner than the stage's minutes. */
const visibilityTimeoutSeconds = 10;
/** Latency alarm threshold, as a multiple of the good versions' p99. */
const latencyFactor = 1.5;
/** Four times the longest alarm's time, to allow for other load on the machine. */
const longestMinutes = 12;
/** Shorter than the functions' time limits. */
const longestDelayMs = 5_000;
/** The longest period that an alarm evaluates. */
const controlMinutes = 3;

/** Shifts all calls to a new version and back; then alarms must roll back faulty versions. */
export const release: Drill = async (system, { seconds, peak, base, say }) => {
  const versions = requireVersions(system);
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  const queue = openWorkQueues(system);
  const hiddenFor = await queue.setVisibilityTimeout(visibilityTimeoutSeconds);
  try {
    const load = await openLoad(system, peak ?? steadyRate);
    await warmUp(load.sale, queue);
    const run: Run = { system, versions, load, folder, say };
    const good = await releaseGood(run, base, seconds);
    const bad: BadRelease[] = [];
    for (const name of badVersions) bad.push(await releaseBad(run, name, good.p99Ms));
    const snapshot = await load.sale.stores(4 * 60_000);
    const kept = await load.sale.judge(snapshot);
    return buildResult({ good, bad, rate: peak ?? steadyRate, kept, snapshot, visits: load.sale.visits });
  } finally {
    versions.setShare(0);
    await queue.setVisibilityTimeout(hiddenFor);
    queue.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Run {
  readonly system: DrillSystem;
  readonly versions: Versions;
  readonly load: Awaited<ReturnType<typeof openLoad>>;
  readonly folder: string;
  readonly say: (text: string) => void;
}

function requireVersions({ versions }: DrillSystem): Versions {
  if (versions) return versions;
  throw new CliError(
    'embedded_only',
    'this drill runs two versions of the functions in its own process, and another engine runs them itself',
    'Run it without AWS_ENDPOINT_URL.',
  );
}

/** Leaves out latency alarms: a busy machine exceeds the stage's limit with either version. */
function rowsOf({ stage }: DrillSystem): readonly AlarmRow[] {
  return alarmRows(findStage(stage), 'api').filter(({ name }) => !isLatency(name));
}

/** Only the latency alarms, with a limit that suits this machine. */
function latencyRows(name: string, apiLatencyMs: number): readonly AlarmRow[] {
  const stage = findStage(name);
  const limited = { ...stage, alarms: { ...stage.alarms, apiLatencyMs } };
  return alarmRows(limited, 'api').filter((row) => isLatency(row.name));
}

const isLatency = (alarm: string): boolean => alarm.endsWith('-latency');

/** Runs the previous version beside the present one, which takes over its calls and gives them back. */
async function releaseGood(run: Run, base: string | undefined, seconds: number): Promise<GoodRelease> {
  const { system, versions, load, folder, say } = run;
  if (base === undefined)
    throw new CliError('no_base', 'the previous version is unknown', 'Pass its commit or tag: --base REF');
  const before = await bundlePrevious(base, folder);
  const metrics = new LocalMetrics();
  versions.begin(before, metrics);
  const running = beginLoad(load);
  const fired: Fired[] = [];
  for (const share of steps) {
    say(`${before.name} gets ${Math.round((1 - share) * 100)} % of the calls, the present version the rest`);
    versions.setShare(1 - share);
    const end = Date.now() + (seconds / steps.length) * 1_000;
    while (Date.now() < end) {
      await sleep(Math.min(1_000, Math.max(1, end - Date.now())));
      const alarm = findFired(system.stage, rowsOf(system), metrics);
      if (alarm) fired.push(alarm);
    }
  }
  const measuredAt = metrics.now();
  await running.end();
  // Only the last steps, after the cold starts.
  const latencies = metrics.values(undefined, 'Latency', measuredAt * (1 - 2 / steps.length), measuredAt);
  return { name: before.name, calls: metrics.calls, fired, p99Ms: percentiles(latencies).p99 };
}

async function releaseBad(run: Run, name: BadVersion, p99Ms: number): Promise<BadRelease> {
  const { system, versions, load, folder, say } = run;
  const version = await makeBad(name, { folder, slowerByMs: Math.min(2 * p99Ms, longestDelayMs) });
  const rows = name === 'slow' ? latencyRows(system.stage, latencyFactor * p99Ms) : rowsOf(system);
  const metrics = new LocalMetrics();
  versions.begin(version, metrics);
  say(`'${name}' gets ${shareOfBad * 100} % of the calls; p99 of the good versions: ${p99Ms.toFixed(0)} ms`);
  const running = beginLoad(load);
  // First the good version under the same alarms: an alarm that fires for it would prove nothing.
  const early = await waitForAlarm(system.stage, { rows, metrics, forMs: controlMinutes * minuteMs });
  const begunAt = metrics.now();
  versions.setShare(shareOfBad);
  const fired = await waitForAlarm(system.stage, { rows, metrics, forMs: longestMinutes * minuteMs });
  versions.setShare(0);
  say(fired ? `${fired.alarm} fired: rolled back` : 'no alarm fired');
  // A call in progress may still write.
  await versions.untilEnded();
  const repaired = name === 'wrong-state' ? await repairRows(system) : 0;
  await running.end();
  const row = rows.find((one) => one.name === fired?.alarm);
  const tookMs = fired ? fired.atMs - begunAt : undefined;
  const allowedMs = (row?.minutes ?? 0) * minuteMs;
  return { name, calls: metrics.calls, early: early?.alarm, alarm: fired?.alarm, tookMs, allowedMs, repaired };
}

interface Watch {
  readonly rows: readonly AlarmRow[];
  readonly metrics: LocalMetrics;
  readonly forMs: number;
}

async function waitForAlarm(stage: string, { rows, metrics, forMs }: Watch): Promise<Fired | undefined> {
  const endMs = metrics.now() + forMs;
  while (metrics.now() < endMs) {
    await sleep(250);
    const fired = findFired(stage, rows, metrics);
    if (fired) return fired;
  }
  return undefined;
}
