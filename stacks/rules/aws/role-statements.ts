import { type JsonObject, toList } from '../../model/json.ts';
import { type Resource, type Template, toText } from '../template/template.ts';
import { findStatements, listStatements } from './policies.ts';
import { findGrants } from './terraform/documents.ts';

/** What a role may do; undefined if it has a policy of another template or of AWS, whose statements are not known. */
export function findRoleStatements(template: Template, role: Resource): readonly JsonObject[] | undefined {
  const managed = toList(role.properties.ManagedPolicyArns).map((one) => template.findReferred(one));
  const attachments = template
    .ofType('aws_iam_role_policy_attachment', 'aws_iam_policy_attachment')
    .filter(({ properties: { role: one, roles } }) => isNamed(template, role, [...toList(one), ...toList(roles)]));
  const attached = attachments.map(({ properties }) => template.findReferred(properties.policy_arn, 'aws_iam_policy'));
  const policies = [...managed, ...attached];
  if (policies.includes(undefined)) return undefined;
  const documents = policies.flatMap((one) =>
    one ? [one.properties.PolicyDocument, ...findGrants(template, one)] : [],
  );
  return [...(findStatements(template, role) ?? []), ...documents.flatMap(listStatements)];
}

const isNamed = (template: Template, role: Resource, values: readonly JsonObject[string][]): boolean =>
  values.some(
    (value) =>
      template.referredBy(value).some(({ id }) => id === role.id) || toText(value) === toText(role.properties.RoleName),
  );
