import { compact, type Json, type JsonObject, toList, toObject } from '../../../../stacks/model/json.ts';
import { parseLiteral } from './parse-literal.ts';

interface DataSources {
  readonly data?: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
}

/** The value of an argument that is a JSON text, `jsonencode` or a policy document; undefined if an apply decides it. */
export function readJsonText(file: DataSources, text: string): Json | undefined {
  const [, literal] = /^\$\{jsonencode\((.*)\)\}$/s.exec(text.trim()) ?? [];
  if (literal !== undefined) return parseLiteral(literal);
  const [, name] = /^\$\{data\.aws_iam_policy_document\.([\w-]+)\.(?:minified_)?json\}$/.exec(text.trim()) ?? [];
  const document = name === undefined ? undefined : file.data?.aws_iam_policy_document?.[name];
  if (document) return toPolicy(document);
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Documents that add to another one are not read. */
function toPolicy({ statement, version, ...others }: JsonObject): Json | undefined {
  if (Object.keys(others).some((key) => /^(source|override)_/.test(key))) return undefined;
  return { Version: version ?? '2012-10-17', Statement: toList(statement).map(toObject).map(toStatement) };
}

function toStatement(statement: JsonObject): JsonObject {
  const { sid, effect = 'Allow', condition } = statement;
  return compact({
    Sid: sid,
    Effect: effect,
    Action: statement.actions,
    NotAction: statement.not_actions,
    Resource: statement.resources,
    NotResource: statement.not_resources,
    Principal: toPrincipals(statement.principals),
    NotPrincipal: toPrincipals(statement.not_principals),
    Condition: condition === undefined ? undefined : toConditions(toList(condition).map(toObject)),
  });
}

function toPrincipals(blocks: Json | undefined): Json | undefined {
  if (blocks === undefined) return undefined;
  const entries = toList(blocks).map(toObject);
  if (entries.some(({ type }) => type === '*')) return '*';
  return Object.fromEntries(entries.map(({ type, identifiers }) => [String(type), identifiers ?? []]));
}

/** Several blocks may have one test. */
function toConditions(blocks: readonly JsonObject[]): JsonObject {
  const byTest = Map.groupBy(blocks, ({ test }) => String(test));
  return Object.fromEntries(
    [...byTest].map(([test, own]) => [
      test,
      Object.fromEntries(own.map(({ variable, values }) => [String(variable), values ?? []])),
    ]),
  );
}
