import type { Plan } from '../plan.ts';
import type { Outcome } from '../world/outcome.ts';

export type Run<Played extends Plan> = (plan: Played, settings?: { readonly trace: boolean }) => Promise<Outcome>;

/**
 * Shrinks a plan while it still breaks the same invariant: drops orders, restocks, changes, lists, poison messages and
 * faults one by one. Parts draw independently, so dropping one leaves the rest unchanged.
 */
export async function shrink<Played extends Plan>(
  plan: Played,
  run: Run<Played>,
): Promise<{ plan: Played; outcome: Outcome }> {
  let least = { plan, outcome: await run(plan) };
  const invariant = least.outcome.violations[0]?.invariant;
  if (invariant === undefined) return least;

  async function attempt(smaller: Played): Promise<boolean> {
    const outcome = await run(smaller);
    if (!outcome.violations.some((violation) => violation.invariant === invariant)) return false;
    least = { plan: smaller, outcome };
    return true;
  }

  for (let before = -1; before !== countParts(least); ) {
    before = countParts(least);
    for (const part of ['orders', 'restocks', 'changes', 'lists', 'poison'] as const) {
      for (const one of [...least.plan[part]]) {
        const rest = (least.plan[part] as readonly { readonly name: string }[]).filter(({ name }) => name !== one.name);
        await attempt({ ...least.plan, [part]: rest });
      }
    }
    for (const name of [...least.outcome.injected]) {
      const { faults } = least.plan;
      await attempt({ ...least.plan, faults: { ...faults, skipped: new Set([...faults.skipped, name]) } });
    }
  }
  return { plan: least.plan, outcome: await run(least.plan, { trace: true }) };
}

function countParts({ plan, outcome }: { plan: Plan; outcome: Outcome }): number {
  const { orders, restocks, changes, lists, poison } = plan;
  return [orders, restocks, changes, lists, poison, outcome.injected].reduce((sum, { length }) => sum + length, 0);
}
