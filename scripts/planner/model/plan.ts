import { simulateCloud } from '../clouds/simulate-cloud.ts';
import { type Run, toRuns } from '../profile/load.ts';
import { noFaults, toFaults } from './faults.ts';
import type { Journeys } from './journeys.ts';
import { followOrders } from './journeys.ts';
import { type Advice, findMend, type Mend, type Plannable } from './mend.ts';
import { type RunResult, simulate } from './simulate.ts';
import type { Element } from './tracker.ts';
import type { Scenario } from './world.ts';

/** An element that rejects or delays more than the budget allows. */
export interface Problem {
  readonly element: Element;
  readonly run: Run;
  readonly share: number;
  readonly mend: Mend | Advice;
}

export interface RunPlan {
  readonly result: RunResult;
  readonly journeys: Journeys;
}

export interface Plan {
  readonly scenario: Scenario;
  readonly scale: number;
  readonly runs: readonly RunPlan[];
  /** In order of their start; the first is the bottleneck. */
  readonly problems: readonly Problem[];
  /** All elements over all runs, the most used first. */
  readonly elements: readonly { readonly element: Element; readonly run: Run }[];
}

export const isMend = (mend: Mend | Advice): mend is Mend => 'apply' in mend;

/** Simulates every run of the profile with a scaled load. */
export function planLoad(scenario: Scenario, scale = 1): Plan {
  const runs = toRuns(scenario.profile, scale).map((run) => {
    const faults = run.isSale ? toFaults(scenario.profile) : noFaults;
    const { elsewhere } = scenario;
    const result = elsewhere
      ? simulateCloud(scenario, elsewhere, run, faults.outages)
      : simulate(scenario, run, faults);
    return { result, journeys: followOrders(result) };
  });
  const elements = runs
    .flatMap(({ result }) => [...result.tracker.elements.values()].map((element) => ({ element, run: result.run })))
    .sort((a, b) => b.element.use - a.element.use);
  const problems = runs.flatMap(({ result }) => findProblems(result, scenario));
  return { scenario, scale, runs, elements, problems };
}

function findProblems({ tracker, run }: RunResult, { stage, profile, elsewhere }: Scenario): Problem[] {
  const plan: Plannable = { stage, profile };
  const mendOf = elsewhere?.model.findMend ?? findMend;
  return [...tracker.elements.values()]
    .flatMap((element) => {
      const share = element.offered > 0 ? element.refused / element.offered : 0;
      // An outage in the profile is not a defect of the stage.
      if (element.since === null || element.id === 'partner') return [];
      if (element.refused > 0 && share <= profile.budget.throttledShare) return [];
      return [{ element, run, share, mend: toAdvice(mendOf(element, plan)) }];
    })
    .sort((a, b) => (a.element.since ?? 0) - (b.element.since ?? 0) || b.element.use - a.element.use);
}

/** A setting that is already at its maximum becomes advice. */
const toAdvice = (mend: Mend | Advice): Mend | Advice =>
  isMend(mend) && mend.from === mend.to ? { text: `no setting: ${mend.path} is at its most, ${mend.to}` } : mend;

/** The most used element: the first to fail under more load. */
export function nextLimit({ elements }: Plan) {
  const isLimit = ({ id, reason }: Element) =>
    id !== 'partner' && id !== 'settlement.pollers' && !reason.startsWith('advice');
  return elements.find(({ element }) => isLimit(element));
}

/** Enough rounds, because each mend raises one limit by at least a quarter. */
const rounds = 16;

export interface Recommendation {
  readonly mends: readonly Mend[];
  readonly plan: Plan;
}

/** Mends one bottleneck after the other, until the budget is met or nothing more can be mended. */
export function recommend(plan: Plan): Recommendation {
  const mends = new Map<string, Mend>();
  let at = plan;
  for (let round = 0; round < rounds; round++) {
    const found = at.problems.map(({ mend }) => mend).filter(isMend);
    if (found.length === 0) break;
    let next: Plannable = at.scenario;
    for (const mend of found) {
      next = mend.apply(next);
      mends.set(mend.path, { ...mend, from: mends.get(mend.path)?.from ?? mend.from });
    }
    at = planLoad({ ...at.scenario, ...next }, at.scale);
  }
  return { mends: [...mends.values()], plan: at };
}
