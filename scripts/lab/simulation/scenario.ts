import {
  buildPlan,
  buildPlanOfCloud,
  buildPlanWithOperator,
  buildPlanWithPartner,
  buildPlanWithSweeper,
  type Plan,
} from './plan.ts';
import { hasEntries } from './platforms.ts';
import type { Protocol, Scenario } from './protocols.ts';
import { buildPlanOfRegions } from './regions/plan.ts';
import { simulateRetention } from './retention/run.ts';
import { simulate } from './run.ts';
import { shrink } from './runs/shrink.ts';
import { simulateBreaker } from './scenarios/breaker.ts';
import { simulateEscrow } from './scenarios/escrow.ts';
import { simulateLease } from './scenarios/lease.ts';
import type { Outcome } from './world/outcome.ts';

interface Settings {
  readonly trace: boolean;
}

/** Scenarios without a plan, whose failures cannot be shrunk. */
const games = { escrow: simulateEscrow, retention: simulateRetention, lease: simulateLease, breaker: simulateBreaker };

/** Runs one seed of a scenario. */
export async function runScenario(scenario: Scenario, seed: number, settings?: Settings): Promise<Outcome> {
  if (isGame(scenario)) return games[scenario](seed, settings);
  if (scenario === 'regions') return (await loadRegions())(buildPlanOfRegions(seed), settings);
  const { plan, protocol } = await buildSale(scenario, seed);
  return simulate(plan, protocol, settings);
}

/** Shrinks a failing run as far as it still fails, and traces it. */
export async function shortest(scenario: Scenario, seed: number): Promise<Outcome> {
  if (isGame(scenario)) return games[scenario](seed, { trace: true });
  if (scenario === 'regions') return (await shrink(buildPlanOfRegions(seed), await loadRegions())).outcome;
  const { plan, protocol } = await buildSale(scenario, seed);
  return (await shrink(plan, (smaller, settings) => simulate(smaller, protocol, settings))).outcome;
}

/** Imported on demand, because it loads the AWS entries. */
const loadRegions = async () => (await import('./regions/sale.ts')).simulateRegions;

function isGame(scenario: Scenario): scenario is keyof typeof games {
  return scenario in games;
}

async function buildSale(
  scenario: Protocol | 'fulfilment' | 'sweeper' | 'operator',
  seed: number,
): Promise<{ plan: Plan; protocol: Protocol }> {
  if (scenario === 'fulfilment') return { plan: buildPlanWithPartner(seed), protocol: 'dynamodb' };
  if (scenario === 'sweeper') return { plan: buildPlanWithSweeper(seed), protocol: 'dynamodb' };
  if (scenario === 'operator') return { plan: buildPlanWithOperator(seed), protocol: 'dynamodb' };
  const withAll = scenario !== 'dynamodb' && (await hasEntries(scenario));
  return { plan: withAll ? buildPlanOfCloud(seed) : buildPlan(seed), protocol: scenario };
}
