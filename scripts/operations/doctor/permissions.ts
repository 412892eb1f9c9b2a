import type { Check, Permission } from './check.ts';
import type { Plan } from './run-checks.ts';

/** All permissions of the checks, each action once. */
export function permissionsOf<Context>({ first, gates, rest }: Plan<Context>): Permission[] {
  const checks: readonly Check<Context>[] = [...first, ...gates, ...rest];
  const byKey = new Map(
    checks.flatMap(({ permissions }) => permissions).map((one) => [`${one.action} ${one.resource ?? ''}`, one]),
  );
  return [...byKey.values()].sort((a, b) => a.action.localeCompare(b.action));
}

/** An IAM policy: one statement for restricted resources, and one for all other actions. */
export function toIamPolicy(permissions: readonly Permission[]) {
  const wide = permissions.filter(({ resource }) => resource === undefined).map(({ action }) => action);
  const narrow = permissions.filter(({ resource }) => resource !== undefined);
  const statement = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });
  return {
    Version: '2012-10-17',
    Statement: [
      ...narrow.map(({ action, resource = '*' }) => statement(action, resource)),
      ...(wide.length > 0 ? [statement(wide, '*')] : []),
    ],
  };
}
