import { loadScenario } from '../../../../scripts/planner/inputs.ts';
import { planLoad, recommend } from '../../../../scripts/planner/model/plan.ts';
import type { Scenario } from '../../../../scripts/planner/model/world.ts';
import { parseProfile } from '../../../../scripts/planner/profile/read-profile.ts';

/** Larger than the stage carries, so that its recommended settings have little room. */
const profile = (changes: string) =>
  parseProfile(
    `
profiles:
  sale: { startRate: 20, stages: [{ duration: 10s, target: 20 }, { duration: 10s, target: 1000 }, { duration: 90s, target: 1000 }] }
calendar: [{ profile: sale, at: 'Fri 12:00' }]
shop: { hot: { share: 0.5, products: 1 }, unitsPerProduct: 1000000, browsePerOrder: 5, statusReadsPerOrder: 0.5, shards: 64 }
budget: { p99AcceptSeconds: 20, p99ConfirmSeconds: 120, queueWaitSeconds: 30 }
${changes}`,
    'rush.yaml',
  );

/** A stage of another cloud with the settings that hold the load. */
export async function sizeFor(cloud: string, changes: string, ms: Record<'settlement' | 'intake', number>) {
  const scenario = await loadScenario('prod', profile(changes), {}, cloud);
  // Measured durations: otherwise prod's workers have room for many times this load.
  const measured = {
    settlement: [{ memoryMb: 1_024, p50Ms: ms.settlement }],
    intake: [{ memoryMb: 1_024, p50Ms: ms.intake }],
  };
  return recommend(planLoad({ ...scenario, measured })).plan.scenario;
}

export const firstOf = (scenario: Scenario): string | undefined => planLoad(scenario).problems[0]?.element.id;

/** With one constant of the cloud multiplied by a factor. */
export function withConstant({ elsewhere, ...scenario }: Scenario, name: string, factor: number): Scenario {
  const value = elsewhere?.constants[name];
  if (!elsewhere || value === undefined) throw new Error(`no constant ${name}`);
  return { ...scenario, elsewhere: { ...elsewhere, constants: { ...elsewhere.constants, [name]: value * factor } } };
}

/** Instances that the load needs at its peak. */
export const instancesOf = (id: string, scenario: Scenario): number =>
  planLoad(scenario).elements.find(({ element }) => element.id === id)?.element.peakCount ?? 0;

export const half = (value: number): number => Math.floor(value / 2);

/** With other maximum numbers of instances. */
export function withInstances(
  scenario: Scenario,
  { intake, settlement }: Partial<Record<'intake' | 'settlement', number>>,
) {
  const { stage } = scenario;
  const { provisioned } = stage.functions.intake;
  if (!provisioned) throw new Error('intake of prod is provisioned');
  const maxEnvironments = intake ?? provisioned.maxEnvironments;
  const functions = {
    ...stage.functions,
    intake: { ...stage.functions.intake, provisioned: { ...provisioned, maxEnvironments } },
  };
  const maxConcurrency = settlement ?? stage.settlement.maxConcurrency;
  return { ...scenario, stage: { ...stage, functions, settlement: { ...stage.settlement, maxConcurrency } } };
}
