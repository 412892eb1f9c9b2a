import { type Json, toObject } from '../../model/json.ts';

type Parameters = Readonly<Record<string, { readonly Default?: Json }>>;

/** Whether a DeletionPolicy keeps the resource; undefined if a condition or a parameter decides it at the deploy. */
export function decideRetention(policy: Json, parameters: Parameters): boolean | undefined {
  if (typeof policy === 'string') return policy.startsWith('Retain');
  const { Ref, 'Fn::If': branches } = toObject(policy);
  const given = typeof Ref === 'string' ? parameters[Ref]?.Default : undefined;
  if (given !== undefined) return decideRetention(String(given), parameters);
  if (!Array.isArray(branches)) return undefined;
  const [first, ...others] = branches.slice(1).map((branch: Json) => decideRetention(branch, parameters));
  return others.every((one) => one === first) ? first : undefined;
}
