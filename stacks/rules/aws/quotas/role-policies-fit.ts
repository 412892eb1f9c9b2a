import { isObject, type Json, type JsonObject, toList } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';
import { findInlineStatements, functionRole } from '../policies.ts';

/** Characters without white space: of all inline policies of a role together, and of its trust policy. */
const limits = { inline: 10_240, trust: 2_048 } as const;

/** An ARN in a commercial region, for a resource with a name of 35 characters. References in templates are shorter. */
const arn = `arn:aws:dynamodb:eu-central-1:123456789012:table/${'n'.repeat(35)}`;

/** Size as IAM counts it once references are resolved: to an ARN, or to something as short as an account's number. */
const sizeOf = (value: Json | undefined): number =>
  (
    JSON.stringify(resolve(value ?? ''))
      .replaceAll(/\$\{[^}]+arn\}/g, arn)
      .replaceAll(/\$\{[^}]+\}/g, '123456789012')
      .match(/\S/g) ?? []
  ).length;

function resolve(value: Json): Json {
  if (Array.isArray(value)) return value.map(resolve);
  if (!isObject(value)) return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value;
  if (Ref !== undefined) return Ref === 'AWS::Partition' ? 'aws' : '123456789012';
  if (Array.isArray(attribute) && /Arn$/.test(String(attribute[1]))) return arn;
  if (Array.isArray(join) && Array.isArray(join[1]))
    return join[1].map((one) => String(resolve(one))).join(String(join[0]));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one)]));
}

function check(template: Template): Finding[] {
  return template.ofType('AWS::IAM::Role').flatMap((role) => {
    const inline = sizeOf(findInlineStatements(template, role) ?? []);
    const trust = sizeOf(role.properties.AssumeRolePolicyDocument);
    return [
      ...(inline > limits.inline
        ? [`its inline policies have ${inline} characters, at most ${limits.inline} are accepted`]
        : []),
      ...(trust > limits.trust
        ? [`its trust policy has ${trust} characters, at most ${limits.trust} are accepted`]
        : []),
    ].map((problem) => ({
      resource: role.id,
      problem: `${problem}. Split the role, or name resources by a common prefix`,
    }));
  });
}

const example = (queues: number, queueAt: (at: number) => Json): JsonObject => ({
  Resources: {
    Role: functionRole({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Resource: toList(Array.from({ length: queues }, (_, at) => queueAt(at))),
    }),
  },
});
const named = (at: number) => `arn:aws:sqs:eu-central-1:123456789012:queue-${at}`;
const referred = (at: number) => ({ 'Fn::GetAtt': [`Q${at}`, 'Arn'] });

export const rolePoliciesFit: Rule = {
  name: 'role-policies-fit',
  what: "A role's inline policies have together at most 10,240 characters, and its trust policy 2,048.",
  why: 'IAM refuses the last one that goes beyond: "Maximum policy size of 10240 bytes exceeded for role".',
  source: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example(250, named), good: example(100, named) },
    { bad: example(130, referred), good: example(100, referred) },
  ],
};
