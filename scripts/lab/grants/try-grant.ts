import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { physicalName } from '../../../stacks/model/names.ts';
import type { Service } from '../../../stacks/model/services.ts';
import { catalogProbe, intakeProbe, stockProbe } from './api-probes.ts';
import type { Deployment } from './deployment.ts';
import { fulfilmentProbe } from './fulfilment-probe.ts';
import { type Grant, without } from './policy.ts';
import { findPollerGrant } from './poller-grants.ts';
import { eventually, ProbeFailure, runProbe, type Step } from './probe.ts';
import { readPolicy, writePolicy } from './roles.ts';
import { sweeperProbe } from './sweeper-probe.ts';
import { invalidationProbe, projectionProbe, settlementProbe } from './worker-probes.ts';

/** For each service, steps that together use every grant of its role. */
export const probes: Readonly<Record<Service, readonly Step[]>> = {
  catalog: catalogProbe,
  intake: intakeProbe,
  settlement: settlementProbe,
  projection: projectionProbe,
  stock: stockProbe,
  fulfilment: fulfilmentProbe,
  sweeper: sweeperProbe,
  invalidation: invalidationProbe,
};

/**
 * - `necessary`: without it the probe failed, and the function's log names the denied action.
 * - `poller`: nothing failed, but AWS's own pollers and loggers use it.
 * - `needless`: nothing failed.
 * - `unexplained`: the probe failed, but nothing shows that this grant is the cause.
 */
export type Verdict = 'necessary' | 'poller' | 'needless' | 'unexplained';

export interface Trial {
  readonly grant: Grant;
  readonly verdict: Verdict;
  /** The failure without the grant, or the reason that there was none. */
  readonly text: string;
}

// IAM changes take some seconds on AWS, none on the embedded engine.
const settlingMs = 10_000;

/** Revokes one grant, records what fails, and restores it. @throws {Error} when the system does not recover */
export async function tryGrant(grant: Grant, deployment: Deployment): Promise<Trial> {
  const whole = await readPolicy(grant, deployment);
  const since = Date.now();
  let trial: Trial;
  try {
    await writePolicy(grant, without(whole, grant), deployment);
    trial = await judge(grant, since, deployment);
  } finally {
    await writePolicy(grant, whole, deployment);
  }
  if (trial.verdict !== 'poller' && trial.verdict !== 'needless') await expectHealthy(grant.service, deployment);
  return trial;
}

/** @throws {Error} when a service's probe fails with all its grants in place */
export async function expectHealthy(service: Service, deployment: Deployment): Promise<void> {
  const end = Date.now() + settlingMs;
  for (;;) {
    const failure = await runProbe(probes[service], deployment);
    if (failure === undefined) return;
    if (Date.now() > end) throw new Error(`${service} fails even with all its grants: ${failure}`);
  }
}

async function judge(grant: Grant, since: number, deployment: Deployment): Promise<Trial> {
  const poller = findPollerGrant(grant.action);
  const failure = await failureWithout(grant, poller ? 0 : settlingMs, deployment);
  if (failure === undefined && poller) return { grant, verdict: 'poller', text: poller.reason };
  if (failure === undefined) return { grant, verdict: 'needless', text: 'nothing failed without it' };
  if (poller || (await isDenied(grant, since, deployment))) return { grant, verdict: 'necessary', text: failure };
  return { grant, verdict: 'unexplained', text: `${failure}; the log of ${grant.service} names no denied call` };
}

async function failureWithout(grant: Grant, withinMs: number, deployment: Deployment): Promise<string | undefined> {
  const end = Date.now() + withinMs;
  for (;;) {
    const failure = await runProbe(probes[grant.service], deployment);
    if (failure !== undefined || Date.now() >= end) return failure;
  }
}

/** Whether the function's log says that this action was denied. Logs arrive shortly after the call. */
async function isDenied({ service, action }: Grant, startTime: number, { logs, stage }: Deployment): Promise<boolean> {
  const logGroupName = `/aws/lambda/${physicalName(stage, service)}`;
  const command = new FilterLogEventsCommand({ logGroupName, startTime, filterPattern: '"not authorized to perform"' });
  const look = async () => {
    const { events = [] } = await logs.send(command);
    if (!events.some(({ message }) => message?.includes(`not authorized to perform: ${action}`)))
      throw new ProbeFailure('no denial in the log');
    return true;
  };
  return eventually(look, settlingMs).catch((error: unknown) => {
    if (error instanceof ProbeFailure) return false;
    throw error;
  });
}
