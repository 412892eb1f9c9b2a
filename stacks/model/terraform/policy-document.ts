import { compact, type Json, type JsonObject, toList, toObject } from '../json.ts';

/** Converts a `data.aws_iam_policy_document` to its policy, without the documents that it extends. */
export const toPolicy = ({ statement, version }: JsonObject): JsonObject => ({
  Version: version ?? '2012-10-17',
  Statement: toList(statement).map(toObject).map(toStatement),
});

function toStatement(statement: JsonObject): JsonObject {
  const { sid, effect = 'Allow', actions, not_actions, resources, not_resources } = statement;
  return compact({
    Sid: sid,
    Effect: effect,
    Action: actions,
    NotAction: not_actions,
    Resource: resources,
    NotResource: not_resources,
    Principal: toPrincipals(statement.principals),
    NotPrincipal: toPrincipals(statement.not_principals),
    Condition: toConditions(statement.condition),
  });
}

function toPrincipals(blocks: Json | undefined): Json | undefined {
  const entries = toList(blocks).map(toObject);
  if (entries.length === 0) return undefined;
  if (entries.some(({ type }) => type === '*')) return '*';
  const byType = Map.groupBy(entries, ({ type }) => String(type));
  return Object.fromEntries(
    [...byType].map(([type, own]) => [type, own.flatMap(({ identifiers }) => toList(identifiers))]),
  );
}

/** Merges blocks, because several may have the same test. */
function toConditions(blocks: Json | undefined): JsonObject | undefined {
  const byTest = Map.groupBy(toList(blocks).map(toObject), ({ test }) => String(test));
  if (byTest.size === 0) return undefined;
  const toKeys = (own: readonly JsonObject[]) =>
    Object.fromEntries(own.map(({ variable, values }) => [String(variable), values ?? []]));
  return Object.fromEntries([...byTest].map(([test, own]) => [test, toKeys(own)]));
}
