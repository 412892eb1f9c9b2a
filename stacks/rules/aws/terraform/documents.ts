import { firstObject, isObject, type Json, type JsonObject, toList } from '../../../model/json.ts';
import { parseLiteral } from '../../../model/terraform/parse-literal.ts';
import { toPolicy } from '../../../model/terraform/policy-document.ts';
import type { Resource, Template } from '../../template/template.ts';

const documentType = 'data.aws_iam_policy_document';

/** Reads a policy in Terraform's forms: JSON in a text, `jsonencode(…)`, or a reference to data of this type. */
export function readDocuments(template: Template, value: Json | undefined): readonly JsonObject[] {
  if (isObject(value)) return [value];
  const text = String(value ?? '');
  const [, encoded] = /^\$\{jsonencode\((.*)\)\}$/s.exec(text) ?? [];
  const parsed = encoded === undefined ? parse(text) : parseLiteral(encoded);
  if (isObject(parsed)) return [parsed];
  return template
    .referredBy(text)
    .filter(({ type }) => type === documentType)
    .flatMap(({ properties }) => [
      toPolicy(properties),
      ...[...toList(properties.source_policy_documents), ...toList(properties.override_policy_documents)].flatMap(
        (one) => readDocuments(template, one),
      ),
    ]);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/**
 * The policies that a Terraform resource grants to an identity. The translation to CloudFormation has them under
 * another type.
 */
export function findGrants(template: Template, { type, properties }: Resource): readonly JsonObject[] {
  const written = type === 'aws_iam_role' ? toList(properties.inline_policy).map(firstObject) : [properties];
  return written.flatMap(({ policy }) => readDocuments(template, policy));
}

/** Terraform types that grant permissions to an identity. */
export const grantTypes = [
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_iam_policy',
  'aws_iam_user_policy',
  'aws_iam_group_policy',
];
