import { type Json, type JsonObject, toList, toObject } from '../../model/json.ts';
import { listAlternatives } from '../template/alternatives.ts';
import { type Resource, type Template, toText } from '../template/template.ts';
import { coversText } from './arn.ts';

/** CloudFormation types that attach a policy, with the property that names the target. */
const attachments: Readonly<Record<string, string>> = {
  'AWS::SNS::TopicPolicy': 'Topics',
  'AWS::SNS::TopicInlinePolicy': 'TopicArn',
  'AWS::SQS::QueuePolicy': 'Queues',
  'AWS::S3::BucketPolicy': 'Bucket',
  'AWS::IAM::Policy': 'Roles',
  'AWS::IAM::RolePolicy': 'RoleName',
};
/** Also attached, but not part of the role: it has its own size limit. */
const managed = { 'AWS::IAM::ManagedPolicy': 'Roles' };

/** The statements of every policy of a resource; undefined if it has none, so that the service's default holds. */
export const findStatements = (template: Template, resource: Resource): readonly JsonObject[] | undefined =>
  findAttached(template, resource, { ...attachments, ...managed });

/** The same, without the statements of managed policies. */
export const findInlineStatements = (template: Template, resource: Resource): readonly JsonObject[] | undefined =>
  findAttached(template, resource, attachments);

function findAttached(
  template: Template,
  resource: Resource,
  types: Readonly<Record<string, string>>,
): readonly JsonObject[] | undefined {
  const documents = [
    ...[resource, ...listAttached(template, resource, types)].flatMap(listDocuments),
    // Terraform's policies, after the translation.
    ...listAlternatives(resource.properties.Policy),
  ];
  return documents.length === 0 ? undefined : documents.flatMap(listStatements);
}

/** The resources that attach a policy to it, such as a queue's. Managed policies are not among them. */
export const findPolicies = (template: Template, resource: Resource): readonly Resource[] =>
  listAttached(template, resource, attachments);

function listAttached(
  template: Template,
  resource: Resource,
  types: Readonly<Record<string, string>>,
): readonly Resource[] {
  return template.ofType(...Object.keys(types)).filter(({ type, properties }) => {
    const targets = properties[types[type] ?? ''];
    return template.referredBy(targets).some(({ id }) => id === resource.id);
  });
}

/** The policies in a resource's own properties: attached ones, or inline ones. */
export function listDocuments({ properties }: Resource): readonly Json[] {
  return [
    ...listAlternatives(properties.PolicyDocument),
    ...listAlternatives(properties.Policies).flatMap((one) => listAlternatives(toObject(one).PolicyDocument)),
  ];
}

export const listStatements = (document: Json | undefined): readonly JsonObject[] =>
  listAlternatives(toObject(document).Statement).map(toObject);

/** Whether one statement allows a service an action, whatever its conditions. */
export function allowsService(statement: JsonObject, service: string, action: string): boolean {
  const { Effect, Principal } = statement;
  const { AWS, Service } = toObject(Principal);
  const isAnyone = Principal === '*' || toList(AWS).includes('*');
  const isNamed = isAnyone || toList(Service).map(toText).includes(service);
  return Effect === 'Allow' && isNamed && coversAction(statement, action);
}

/** Whether a statement is about an action, however it names it. */
export function coversAction({ Action, NotAction }: JsonObject, action: string): boolean {
  const covers = (one: Json) => coversText(toText(one).toLowerCase(), action.toLowerCase());
  return NotAction === undefined ? toList(Action).some(covers) : !toList(NotAction).some(covers);
}

export const policyOf = (...statements: readonly Json[]): JsonObject => ({
  Version: '2012-10-17',
  Statement: statements,
});

/** The trust of a Lambda function's role, for the examples of rules. */
export const lambdaTrust: JsonObject = policyOf({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { Service: 'lambda.amazonaws.com' },
});

/** A Lambda function's role with one inline policy, for the examples of rules. */
export const functionRole = (statement: JsonObject): JsonObject => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: lambdaTrust,
    Policies: [{ PolicyName: 'grants', PolicyDocument: policyOf(statement) }],
  },
});
