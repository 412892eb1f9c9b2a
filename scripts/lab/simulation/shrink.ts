import type { Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';

export type Run = (plan: Plan, settings?: { readonly trace: boolean }) => Promise<Outcome>;

/**
 * The least that still breaks the same invariant: one order, restock, poison message and fault after the other is left
 * out, for as long as the violation stays. What each part draws does not depend on the others, so they stay as they were.
 */
export async function shrink(plan: Plan, run: Run): Promise<{ plan: Plan; outcome: Outcome }> {
  let least = { plan, outcome: await run(plan) };
  const invariant = least.outcome.violations[0]?.invariant;
  if (invariant === undefined) return least;

  async function attempt(smaller: Plan): Promise<boolean> {
    const outcome = await run(smaller);
    if (!outcome.violations.some((violation) => violation.invariant === invariant)) return false;
    least = { plan: smaller, outcome };
    return true;
  }

  for (let before = -1; before !== sizeOf(least); ) {
    before = sizeOf(least);
    for (const part of ['orders', 'restocks', 'changes', 'poison'] as const) {
      for (const one of [...least.plan[part]]) {
        const rest = (least.plan[part] as readonly { readonly name: string }[]).filter(({ name }) => name !== one.name);
        await attempt({ ...least.plan, [part]: rest });
      }
    }
    for (const name of [...least.outcome.injected]) {
      const { faults } = least.plan;
      await attempt({ ...least.plan, faults: { ...faults, spared: new Set([...faults.spared, name]) } });
    }
  }
  return { plan: least.plan, outcome: await run(least.plan, { trace: true }) };
}

function sizeOf({ plan, outcome }: { plan: Plan; outcome: Outcome }): number {
  return plan.orders.length + plan.restocks.length + plan.changes.length + plan.poison.length + outcome.injected.length;
}
