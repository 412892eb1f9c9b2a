import { faultsPath } from './control.ts';
import type { FaultCount } from './faults.ts';
import type { FaultPlanInput } from './plan.ts';

/** Replaces the fault plan of a platform in another process, and returns the counts of the previous plan. */
export async function exchangeFaults(gatewayUrl: string, plan: FaultPlanInput | undefined): Promise<FaultCount[]> {
  const counts = (await (await fetch(gatewayUrl + faultsPath)).json()) as FaultCount[];
  const change = plan ? { method: 'PUT', body: JSON.stringify(plan) } : { method: 'DELETE' };
  const answer = await fetch(gatewayUrl + faultsPath, change);
  if (!answer.ok) throw new Error(`the gateway rejected the fault plan: ${await answer.text()}`);
  return counts;
}
