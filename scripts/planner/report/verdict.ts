import type { Mend } from '../model/mend.ts';
import { isMend, nextLimit, type Plan, type Problem, planLoad, recommend } from '../model/plan.ts';
import { peakOf } from '../profile/load.ts';
import { type Cost, type PriceOptions, priceOf } from './price.ts';
import { clockOf, dollars, number, percent, seconds } from './words.ts';

/** The first bottleneck with the setting that mends it, or the next one, and all other violations of the budget. */
export function describeVerdict(plan: Plan, options: PriceOptions): string {
  const [first] = plan.problems;
  const cost = priceOf(plan, options);
  const over = findOverBudget(plan, cost).join('; ');
  if (first) return `${describeProblem(first, plan, cost, options)}${over === '' ? '' : ` Over the budget: ${over}.`}`;
  const peak = Math.max(...plan.runs.map(({ result }) => peakOf(result.run.segments)));
  const next = nextLimit(plan);
  const worst = seconds(Math.max(...plan.runs.map(({ journeys }) => journeys.confirm.p99)));
  const after = next
    ? ` Next limit: ${next.element.id}, at ${percent(next.element.use)} of ${number(next.element.limit)} ${next.element.unit} in its busiest second.`
    : '';
  const carries = `${plan.scenario.stage.name} carries ${number(peak)} orders/s`;
  // `--check` fails in this case, so the text about the load must not sound like success.
  const begin = over === '' ? `${carries};` : `${carries}, but breaks the budget: ${over}.`;
  return `${begin} 99 % are confirmed within ${worst}.${after}`;
}

function describeProblem(
  { element, run, share, mend }: Problem,
  plan: Plan,
  cost: Cost,
  options: PriceOptions,
): string {
  const at = clockOf(run, element.since ?? 0);
  const refused = share > 0 ? `, ${percent(share)} refused` : '';
  const begin = `${at} ${element.id}: ${element.reason}${refused}; peak ${number(element.peak)}, limit ${number(element.limit)} ${element.unit}.`;
  if (!isMend(mend)) return `${begin} ${mend.text}.`;
  return `${begin} Setting: ${mend.path} = ${mend.from} (${mend.file}); ${describeEffect(mend, plan, cost, options)}`;
}

/** Whether the setting alone is enough, and what remains if not. */
function describeEffect(mend: Mend, plan: Plan, cost: Cost, options: PriceOptions): string {
  const all = recommend(plan);
  const final = all.mends.find(({ path }) => path === mend.path) ?? mend;
  const alone = planLoad({ ...plan.scenario, ...final.apply(plan.scenario) }, plan.scale);
  const aloneCost = priceOf(alone, options);
  const usd = `${dollars(aloneCost.bill.usd - cost.bill.usd, true)} a month`;
  const [left] = findFailures(alone, aloneCost);
  const [leftByAll] = findFailures(all.plan, priceOf(all.plan, options));
  if (left === undefined && leftByAll === undefined) return `${final.to} would hold, ${usd}.`;
  const count = all.mends.length;
  if (leftByAll === undefined)
    return `${final.to} helps, ${usd}, and leaves ${left}. All ${count} settings together would hold.`;
  return `${final.to} helps, ${usd}. ${count > 1 ? `All ${count} settings leave` : 'It leaves'} ${leftByAll}.`;
}

/** Violations of the profile's budget: elements that refuse or delay too much, times and dollars. */
export function findFailures(plan: Plan, cost: Cost): string[] {
  const { budget } = plan.scenario.profile;
  const elements = plan.problems.map(({ element, run, share }) =>
    share > 0
      ? `${element.id}: ${percent(share)} refused in ${run.name}, budget ${percent(budget.throttledShare)}`
      : `${element.id}: ${element.reason} in ${run.name}`,
  );
  return [...elements, ...findOverBudget(plan, cost)];
}

function findOverBudget(plan: Plan, cost: Cost): string[] {
  const { budget } = plan.scenario.profile;
  const worst = (of: (journeys: Plan['runs'][number]['journeys']) => number) =>
    Math.max(0, ...plan.runs.map(({ journeys }) => of(journeys)));
  const over = (what: string, value: number | null, limit: number | undefined, show: (value: number) => string) =>
    limit === undefined || value === null || value <= limit ? [] : [`${what} ${show(value)}, budget ${show(limit)}`];
  const [accept, confirm] = [worst((one) => one.accept.p99), worst((one) => one.confirm.p99)];
  const fulfil = worst((one) => one.fulfil?.p99 ?? 0);
  return [
    ...over('p99 click to accepted', accept, budget.p99AcceptSeconds, seconds),
    ...over('p99 click to confirmed', confirm, budget.p99ConfirmSeconds, seconds),
    ...over('p99 click to fulfilled', fulfil, budget.p99FulfilSeconds, seconds),
    ...over('bill of the month', cost.bill.usd, budget.usdPerMonth, dollars),
    ...over('1,000 orders', cost.usdPer1000Orders, budget.usdPer1000Orders, dollars),
  ];
}
