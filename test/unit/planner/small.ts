import { loadScenario } from '../../../scripts/planner/inputs.ts';
import { planLoad, type RunPlan } from '../../../scripts/planner/model/plan.ts';
import type { Scenario } from '../../../scripts/planner/model/world.ts';
import { parseProfile } from '../../../scripts/planner/profile/read-profile.ts';
import type { Shop } from '../../../scripts/planner/profile/schema.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';

/** No browsing, no sold-out product, and every order reaches the partner. */
const quiet = `{ hot: { share: 0, products: 1 }, unitsPerProduct: 10000000, browsePerOrder: 0,
  statusReadsPerOrder: 0, repeatPosts: 0, cancels: 0 }`;

/** Prod under an even rate: a plan of some milliseconds. */
export const loadSmall = (rate: number, seconds: number, stage = 'prod', cloud = 'aws'): Promise<Scenario> =>
  loadScenario(
    stage,
    parseProfile(
      `
profiles: { sale: { startRate: ${rate}, stages: [{ duration: ${seconds}s, target: ${rate} }] } }
calendar: [{ profile: sale, at: 'Fri 12:00' }]
shop: ${quiet}
budget: { coldStartShare: 1 }
`,
      'small.yaml',
    ),
    {},
    cloud,
  );

export const withStage = (scenario: Scenario, stage: Partial<Stage>): Scenario => ({
  ...scenario,
  stage: { ...scenario.stage, ...stage },
});

export const withShop = (scenario: Scenario, shop: Partial<Shop>): Scenario => ({
  ...scenario,
  profile: { ...scenario.profile, shop: { ...scenario.profile.shop, ...shop } },
});

/** The only run of a small plan. */
export function runOf(scenario: Scenario): RunPlan {
  const [run] = planLoad(scenario).runs;
  if (!run) throw new Error('the profile has no run');
  return run;
}
