import { simulateBreaker } from './breaker.ts';
import { simulateEscrow } from './escrow.ts';
import { simulateLease } from './lease.ts';
import type { Outcome } from './outcome.ts';
import { type Plan, planOf, planWithPartner, planWithSweeper } from './plan.ts';
import type { Protocol, Scenario } from './protocols.ts';
import { simulate } from './run.ts';
import { shrink } from './shrink.ts';

interface Settings {
  readonly trace: boolean;
}

/** Those have no plan whose parts could be left out. */
const games = { escrow: simulateEscrow, lease: simulateLease, breaker: simulateBreaker };

/** One seed of a scenario. */
export function runScenario(scenario: Scenario, seed: number, settings?: Settings): Promise<Outcome> {
  if (isGame(scenario)) return games[scenario](seed, settings);
  const { plan, protocol } = saleOf(scenario, seed);
  return simulate(plan, protocol, settings);
}

/** The least of a failing run that still fails, with its trace. */
export async function shortest(scenario: Scenario, seed: number): Promise<Outcome> {
  if (isGame(scenario)) return games[scenario](seed, { trace: true });
  const { plan, protocol } = saleOf(scenario, seed);
  return (await shrink(plan, (smaller, settings) => simulate(smaller, protocol, settings))).outcome;
}

function isGame(scenario: Scenario): scenario is keyof typeof games {
  return scenario in games;
}

function saleOf(scenario: Protocol | 'fulfilment' | 'sweeper', seed: number): { plan: Plan; protocol: Protocol } {
  if (scenario === 'fulfilment') return { plan: planWithPartner(seed), protocol: 'dynamodb' };
  if (scenario === 'sweeper') return { plan: planWithSweeper(seed), protocol: 'dynamodb' };
  return { plan: planOf(seed), protocol: scenario };
}
