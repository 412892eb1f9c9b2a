import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { physicalName } from '../../../stacks/model/names.ts';
import type { Service } from '../../../stacks/model/services.ts';
import { catalogProbe, intakeProbe, stockProbe } from './api-probes.ts';
import type { Deployment } from './deployment.ts';
import { fulfilmentProbe } from './fulfilment-probe.ts';
import { type Grant, without } from './policy.ts';
import { pollerGrantOf } from './poller-grants.ts';
import { eventually, ProbeFailure, runProbe, type Step } from './probe.ts';
import { readPolicy, writePolicy } from './roles.ts';
import { sweeperProbe } from './sweeper-probe.ts';
import { invalidationProbe, projectionProbe, settlementProbe } from './worker-probes.ts';

/** For each service, steps that together use all that its role grants. */
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
 * - `poller`: nothing failed here, but AWS's own pollers and loggers use it.
 * - `needless`: nothing failed.
 * - `unexplained`: something failed, and nothing shows that this grant is the reason.
 */
export type Verdict = 'necessary' | 'poller' | 'needless' | 'unexplained';

export interface Trial {
  readonly grant: Grant;
  readonly verdict: Verdict;
  /** What failed without the grant, or why nothing did. */
  readonly text: string;
}

// IAM takes effect some seconds later on AWS, at once on the embedded engine.
const settlingMs = 10_000;

/** Takes one grant away, looks what fails, and gives it back. @throws {Error} when the system does not recover */
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

/** @throws {Error} when a service's probe fails although nothing was taken away */
export async function expectHealthy(service: Service, deployment: Deployment): Promise<void> {
  const end = Date.now() + settlingMs;
  for (;;) {
    const failure = await runProbe(probes[service], deployment);
    if (failure === undefined) return;
    if (Date.now() > end) throw new Error(`${service} with all its grants fails too: ${failure}`);
  }
}

async function judge(grant: Grant, since: number, deployment: Deployment): Promise<Trial> {
  const poller = pollerGrantOf(grant.action);
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

/** Does the function's own log say that this very action was denied? A log arrives a little after the call. */
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
