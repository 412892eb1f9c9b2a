import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedCall } from '../../platform/gateway/call-record.ts';
import { recordPath } from '../../platform/gateway/call-record.ts';
import { faultsPath } from '../../platform/gateway/faults/control.ts';
import { endProcess, type FaultCount } from '../../platform/gateway/faults/faults.ts';
import { findWorkers } from '../../platform/process/memory.ts';
import { openWorkQueues } from '../../sale/soak-conditions.ts';
import { type CrashPoint, toFault } from './points.ts';
import { playScenario, type ScenarioSystem } from './scenario.ts';

export interface Trial {
  readonly point: CrashPoint;
  readonly hit: boolean;
  /** Problems found afterwards; empty when all invariants held. */
  readonly wrong: readonly string[];
}

/** Redelivers a crashed worker's messages soon, instead of after the stage's three minutes. */
const visibilityTimeoutSeconds = 2;
const rounds = 3;
const waitForHitMs = 5_000;

/** Plays the scenario once without faults and returns the functions' calls. */
export async function observeCalls(system: ScenarioSystem): Promise<readonly RecordedCall[]> {
  const url = system.endpointUrl + recordPath;
  await fetch(url, { method: 'PUT' });
  const wrong = await playScenario(system);
  // The invalidation function acts only after the functions' caches have expired.
  await sleep(waitForHitMs);
  const calls = (await (await fetch(url, { method: 'DELETE' })).json()) as RecordedCall[];
  if (wrong.length > 0) throw new Error(`the scenario fails even without a crash: ${wrong.join('; ')}`);
  return calls;
}

/** Tries each point alone, or all of them in one scenario. */
export async function tryPoints(
  system: ScenarioSystem,
  points: readonly CrashPoint[],
  { together = false, onTrial = () => {} }: { together?: boolean; onTrial?: (trial: Trial) => void } = {},
): Promise<Trial[]> {
  const queue = openWorkQueues(system);
  const previousTimeout = await queue.setVisibilityTimeout(visibilityTimeoutSeconds);
  const trials: Trial[] = [];
  try {
    for (const group of together ? [points] : points.map((point) => [point])) {
      const tried = await tryGroup(system, group);
      tried.forEach(onTrial);
      trials.push(...tried);
    }
  } finally {
    await fetch(system.endpointUrl + faultsPath, { method: 'DELETE' });
    await queue.setVisibilityTimeout(previousTimeout);
    queue.close();
  }
  return trials;
}

/**
 * Caching can avoid a call, so points not hit get another round with new workers; a worker reads the secret only once.
 */
async function tryGroup(system: ScenarioSystem, points: readonly CrashPoint[]): Promise<Trial[]> {
  const url = system.endpointUrl + faultsPath;
  const answer = await fetch(url, { method: 'PUT', body: JSON.stringify({ faults: points.map(toFault) }) });
  if (!answer.ok) throw new Error(`the gateway refused the crash points: ${answer.status} ${await answer.text()}`);
  const wrong: string[] = [];
  for (let round = 0; round < rounds && !(await allHit(url, 0)); round++) {
    wrong.push(...(await playScenario(system)));
    if (await allHit(url, waitForHitMs)) break;
    if (system.enginePid !== undefined) findWorkers(system.enginePid).forEach(endProcess);
  }
  const counts = await readCounts(url);
  return points.map((point, place) => ({ point, hit: (counts[place]?.injected ?? 0) > 0, wrong }));
}

async function allHit(url: string, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs;
  for (;;) {
    if ((await readCounts(url)).every(({ injected }) => injected > 0)) return true;
    if (Date.now() > end) return false;
    await sleep(200);
  }
}

async function readCounts(url: string): Promise<FaultCount[]> {
  return (await (await fetch(url)).json()) as FaultCount[];
}
