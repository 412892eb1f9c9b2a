import { compact, firstObject, isObject, type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Resource, Template } from '../../template/template.ts';

const documentType = 'data.aws_iam_policy_document';

/** A policy as Terraform has it: JSON in a text, `jsonencode(…)`, or a reference to data of this type. */
export function readDocuments(template: Template, value: Json | undefined): readonly JsonObject[] {
  if (isObject(value)) return [value];
  const text = String(value ?? '');
  const [, encoded] = /^\$\{jsonencode\((.*)\)\}$/s.exec(text) ?? [];
  const parsed = parse(encoded === undefined ? text : toJson(encoded));
  if (parsed) return [parsed];
  return template
    .referredBy(text)
    .filter(({ type }) => type === documentType)
    .flatMap(({ properties }) => [
      { Statement: toList(properties.statement).map((one) => toStatement(toObject(one))) },
      ...[...toList(properties.source_policy_documents), ...toList(properties.override_policy_documents)].flatMap(
        (one) => readDocuments(template, one),
      ),
    ]);
}

/** Terraform's objects have `=` after their keys, which need no quotes. */
const toJson = (expression: string): string =>
  expression
    .replaceAll(/("(?:[^"\\]|\\.)*"|[A-Za-z]\w*)\s*=(?!=)/g, (_, key: string) =>
      key.startsWith('"') ? `${key}:` : `"${key}":`,
    )
    .replaceAll(/,(\s*[}\]])/g, '$1');

function parse(text: string): JsonObject | undefined {
  try {
    return toObject(JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

function toStatement(block: JsonObject): JsonObject {
  const { effect = 'Allow', actions, not_actions, resources, not_resources, principals, not_principals } = block;
  return compact({
    Effect: effect,
    Action: actions,
    NotAction: not_actions,
    Resource: resources,
    NotResource: not_resources,
    Principal: toPrincipal(principals),
    NotPrincipal: toPrincipal(not_principals),
    Condition: toCondition(block.condition),
  });
}

function toPrincipal(blocks: Json | undefined): Json | undefined {
  const principals = toList(blocks).map(toObject);
  if (principals.length === 0) return undefined;
  if (principals.some(({ type }) => type === '*')) return '*';
  const byType = Map.groupBy(principals, ({ type }) => String(type));
  return Object.fromEntries(
    [...byType].map(([type, own]) => [type, own.flatMap(({ identifiers }) => toList(identifiers))]),
  );
}

function toCondition(blocks: Json | undefined): JsonObject | undefined {
  const byTest = Map.groupBy(toList(blocks).map(toObject), ({ test }) => String(test));
  if (byTest.size === 0) return undefined;
  const toKeys = (own: readonly JsonObject[]) =>
    Object.fromEntries(own.map(({ variable, values }) => [String(variable), values ?? []]));
  return Object.fromEntries([...byTest].map(([test, own]) => [test, toKeys(own)]));
}

/** What an identity may do by a resource of Terraform; the translation to CloudFormation has it under another type. */
export function findGrants(template: Template, { type, properties }: Resource): readonly JsonObject[] {
  const written = type === 'aws_iam_role' ? toList(properties.inline_policy).map(firstObject) : [properties];
  return written.flatMap(({ policy }) => readDocuments(template, policy));
}

/** Types of Terraform that hold what an identity may do. */
export const grantTypes = [
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_iam_policy',
  'aws_iam_user_policy',
  'aws_iam_group_policy',
];
