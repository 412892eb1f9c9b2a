import { type Json, toList, toObject } from '../../stacks/model/json.ts';

/** A policy as sorted facts, independent of its statements: `Allow sqs:SendMessage on ARN`. */
export function toFacts(policy: Json): string[] {
  const facts = toList(toObject(policy).Statement).flatMap((one) => {
    const { Effect, Action, Resource, Principal, Condition, Sid: _, ...unread } = toObject(one);
    const who = Principal === undefined ? '' : ` by ${JSON.stringify(Principal)}`;
    const when = Condition === undefined ? '' : ` if ${JSON.stringify(Condition)}`;
    const more = Object.keys(unread).length > 0 ? ` and ${JSON.stringify(unread)}` : '';
    return toList(Action).flatMap((action) =>
      toList(Resource ?? '*').map(
        (resource) => `${String(Effect)} ${String(action)} on ${String(resource)}${who}${when}${more}`,
      ),
    );
  });
  return [...new Set(facts)].sort();
}
