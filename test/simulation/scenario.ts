import { simulateEscrow } from './escrow.ts';
import type { Outcome } from './outcome.ts';
import { planOf } from './plan.ts';
import type { Scenario } from './protocols.ts';
import { simulate } from './run.ts';

/** One seed of a scenario. */
export function runScenario(
  scenario: Scenario,
  seed: number,
  settings?: { readonly trace: boolean },
): Promise<Outcome> {
  return scenario === 'escrow' ? simulateEscrow(seed, settings) : simulate(planOf(seed), scenario, settings);
}
