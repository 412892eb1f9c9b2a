import { faultsPath } from './control.ts';
import type { FaultCount } from './faults.ts';
import type { FaultPlanInput } from './plan.ts';

/** The gateway of a platform that runs in another process: sets a plan instead of any before; answers what that one did. */
export async function exchangeFaults(gatewayUrl: string, plan: FaultPlanInput | undefined): Promise<FaultCount[]> {
  const before = (await (await fetch(gatewayUrl + faultsPath)).json()) as FaultCount[];
  const change = plan ? { method: 'PUT', body: JSON.stringify(plan) } : { method: 'DELETE' };
  const answer = await fetch(gatewayUrl + faultsPath, change);
  if (!answer.ok) throw new Error(`the gateway took no faults: ${await answer.text()}`);
  return before;
}
