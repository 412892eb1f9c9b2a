import { type AssumptionName, assumptions, ofEveryCloud } from '../model/assumptions.ts';
import { type Plan, planLoad } from '../model/plan.ts';
import type { Scenario } from '../model/world.ts';
import { type PriceOptions, priceOf } from './price.ts';

export interface Sensitivity {
  readonly name: string;
  /** Change of the 99th percentile of click to confirmed, in seconds, at -30 % and +30 %. */
  readonly confirm: readonly [number, number];
  /** Change of the month's bill, in dollars. */
  readonly usd: readonly [number, number];
  /** The bottleneck at each value, where it differs. */
  readonly bottleneck: readonly [string, string];
}

const change = 0.3;

/** Guessed numbers, neither documented by the cloud nor counted in the code. */
const uncertain = (Object.keys(assumptions) as AssumptionName[]).filter((name) => assumptions[name].mark === 'guessed');

function uncertainOf({ elsewhere }: Scenario): string[] {
  if (!elsewhere) return uncertain;
  const own = Object.entries(elsewhere.model.assumptions).filter(([, { mark }]) => mark === 'guessed');
  return [...own.map(([name]) => name), ...uncertain.filter((name) => ofEveryCloud.has(name))];
}

type Vary = (scenario: Scenario, factor: number) => Scenario;

const ofShop: Readonly<Record<string, Vary>> = {
  browsePerOrder: (scenario, factor) =>
    withShop(scenario, { browsePerOrder: scenario.profile.shop.browsePerOrder * factor }),
  statusReadsPerOrder: (scenario, factor) =>
    withShop(scenario, { statusReadsPerOrder: scenario.profile.shop.statusReadsPerOrder * factor }),
  repeatPosts: (scenario, factor) =>
    withShop(scenario, { repeatPosts: Math.min(1, scenario.profile.shop.repeatPosts * factor) }),
  'hot.share': (scenario, factor) => {
    const { hot } = scenario.profile.shop;
    return withShop(scenario, { hot: { ...hot, share: Math.min(1, hot.share * factor) } });
  },
  'processor time': (scenario, factor) => ({
    ...scenario,
    processor: Object.fromEntries(
      Object.entries(scenario.processor).map(([service, { perCallMs, perOrderMs }]) => [
        service,
        { perCallMs: perCallMs * factor, perOrderMs: perOrderMs * factor },
      ]),
    ) as unknown as Scenario['processor'],
  }),
};

function withShop(scenario: Scenario, shop: Partial<Scenario['profile']['shop']>): Scenario {
  return { ...scenario, profile: { ...scenario.profile, shop: { ...scenario.profile.shop, ...shop } } };
}

function varied(name: string, scenario: Scenario, factor: number): Scenario {
  const vary = ofShop[name];
  if (vary) return vary(scenario, factor);
  const { elsewhere } = scenario;
  const own = elsewhere?.constants[name];
  if (elsewhere && own !== undefined)
    return { ...scenario, elsewhere: { ...elsewhere, constants: { ...elsewhere.constants, [name]: own * factor } } };
  const key = name as AssumptionName;
  return { ...scenario, constants: { ...scenario.constants, [key]: scenario.constants[key] * factor } };
}

/** Varies each uncertain number by 30 % down and up; the widest effect comes first. */
export function findSensitivities(
  plan: Plan,
  options: PriceOptions,
  onStep: (done: number, of: number) => void,
): Sensitivity[] {
  const before = outcomeOf(plan, options);
  const names = [...uncertainOf(plan.scenario), ...Object.keys(ofShop)];
  const rows = names.map((name, index): Sensitivity => {
    onStep(index, names.length);
    const [low, high] = [1 - change, 1 + change].map((factor) =>
      outcomeOf(planLoad(varied(name, plan.scenario, factor), plan.scale), options),
    ) as [Outcome, Outcome];
    return {
      name,
      confirm: [low.confirm - before.confirm, high.confirm - before.confirm],
      usd: [low.usd - before.usd, high.usd - before.usd],
      bottleneck: [low.bottleneck, high.bottleneck],
    };
  });
  const width = ({ confirm, usd }: Sensitivity) =>
    Math.abs(confirm[1] - confirm[0]) / before.confirm + Math.abs(usd[1] - usd[0]) / before.usd;
  return rows.filter((row) => width(row) > 0.001).sort((a, b) => width(b) - width(a));
}

interface Outcome {
  readonly confirm: number;
  readonly usd: number;
  readonly bottleneck: string;
}

function outcomeOf(plan: Plan, options: PriceOptions): Outcome {
  const confirm = Math.max(...plan.runs.map(({ journeys }) => journeys.confirm.p99));
  const { element } = plan.problems[0] ?? {};
  return { confirm, usd: priceOf(plan, options).bill.usd, bottleneck: element?.id ?? 'none' };
}
