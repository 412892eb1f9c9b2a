import { type Json, type JsonObject, toList, toObject } from '../../model/json.ts';
import { type Resource, type Template, toText } from '../template/template.ts';
import { coversText } from './arn.ts';

/** Types of CloudFormation that attach a policy, and the property that names what it is attached to. */
const attachments: Readonly<Record<string, string>> = {
  'AWS::SNS::TopicPolicy': 'Topics',
  'AWS::SNS::TopicInlinePolicy': 'TopicArn',
  'AWS::SQS::QueuePolicy': 'Queues',
  'AWS::S3::BucketPolicy': 'Bucket',
  'AWS::IAM::Policy': 'Roles',
};

/** The statements of every policy of a resource; undefined if it has none, so that the service's default holds. */
export function findStatements(template: Template, resource: Resource): readonly JsonObject[] | undefined {
  const attached = template.ofType(...Object.keys(attachments)).filter(({ type, properties }) => {
    const targets = properties[attachments[type] ?? ''];
    return template.referredBy(targets).some(({ id }) => id === resource.id);
  });
  const documents = [
    ...attached.map(({ properties }) => properties.PolicyDocument),
    ...toList(resource.properties.Policies).map((policy) => toObject(policy).PolicyDocument),
    // Terraform's, after the translation.
    ...(resource.properties.Policy === undefined ? [] : [resource.properties.Policy]),
  ];
  if (documents.length === 0) return undefined;
  return documents.flatMap((document) => toList(toObject(document).Statement).map(toObject));
}

/** Whether one statement allows a service an action, whatever its conditions. */
export function allowsService(statement: JsonObject, service: string, action: string): boolean {
  const { Effect, Principal } = statement;
  const services = Principal === '*' ? [service] : toList(toObject(Principal).Service).map(toText);
  return Effect === 'Allow' && services.includes(service) && coversAction(statement, action);
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

/** A Lambda function's role with one inline policy, for the examples of rules. */
export const functionRole = (statement: JsonObject): JsonObject => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: policyOf({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'lambda.amazonaws.com' },
    }),
    Policies: [{ PolicyName: 'grants', PolicyDocument: policyOf(statement) }],
  },
});
