import { type Json, toList, toObject } from '../../model/json.ts';

/** The values of a list, or one value. A condition counts as both of its branches: either may be deployed. */
export function listAlternatives(value: Json | undefined): readonly Json[] {
  return toList(value).flatMap((one) => {
    const { 'Fn::If': branches, Ref } = toObject(one);
    if (Ref === 'AWS::NoValue') return [];
    return Array.isArray(branches) ? branches.slice(1).flatMap(listAlternatives) : [one];
  });
}
