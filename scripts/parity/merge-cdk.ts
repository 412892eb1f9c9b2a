import type { Graph, Part } from '../platform/terraform/translate/graph.ts';
import { type Json, type JsonObject, listOf, objectOf } from '../platform/terraform/translate/json.ts';

/** Resources of CloudFormation that say something of another one: where they point, and what they say. */
const additions: Readonly<Record<string, (properties: JsonObject) => readonly [to: Json, what: JsonObject]>> = {
  'AWS::IAM::Policy': ({ Roles, PolicyDocument }) => [listOf(Roles)[0] ?? '', { Policy: PolicyDocument ?? null }],
  'AWS::SQS::QueuePolicy': ({ Queues, PolicyDocument }) => [
    listOf(Queues)[0] ?? '',
    { Policy: PolicyDocument ?? null },
  ],
  'AWS::SNS::TopicPolicy': ({ Topics, PolicyDocument }) => [
    listOf(Topics)[0] ?? '',
    { Policy: PolicyDocument ?? null },
  ],
  'AWS::S3::BucketPolicy': ({ Bucket, PolicyDocument }) => [Bucket ?? '', { Policy: PolicyDocument ?? null }],
  'AWS::Lambda::Version': ({ FunctionName }) => [FunctionName ?? '', { Published: true }],
};

/** Policies and versions become properties of what they belong to, and what is code or a generated name goes. */
export function mergeCdk(graph: Graph): Graph {
  const parts = new Map<string, Part>();
  for (const [id, part] of graph.parts) if (!additions[part.type]) parts.set(id, prepared(part, graph));
  for (const { type, properties } of graph.parts.values()) {
    const [to, what] = additions[type]?.(properties) ?? [];
    const id = String(objectOf(to).Ref);
    const part = parts.get(id);
    if (part) parts.set(id, { ...part, properties: { ...part.properties, ...what } });
  }
  return { ...graph, parts };
}

function prepared(part: Part, graph: Graph): Part {
  return { ...part, properties: prepare[part.type]?.(part.properties, graph) ?? part.properties };
}

/** The tags are compared once for all. */
const untagged = ({ Tags: _, ...replica }: JsonObject): JsonObject => replica;

const prepare: Readonly<Record<string, (properties: JsonObject, graph: Graph) => JsonObject>> = {
  'AWS::Lambda::Function': ({ Code: _, ...properties }) => properties,
  // The version that the function has now: CDK's is a resource of its own.
  'AWS::Lambda::Alias': (properties) => ({
    ...properties,
    FunctionVersion: { 'Fn::GetAtt': [String(objectOf(properties.FunctionName).Ref), 'Version'] },
  }),
  'AWS::DynamoDB::GlobalTable': (properties) => ({
    ...properties,
    Replicas: listOf(properties.Replicas).map(objectOf).map(untagged),
  }),
  'AWS::ApplicationAutoScaling::ScalingPolicy': ({ PolicyName: _, ScalingTargetId, ...properties }, { parts }) => ({
    ...properties,
    ResourceId: parts.get(String(objectOf(ScalingTargetId).Ref))?.properties.ResourceId ?? null,
  }),
  'AWS::Lambda::Url': ({ TargetFunctionArn, ...properties }) => ({
    TargetFunctionArn: { Ref: String(listOf(objectOf(TargetFunctionArn)['Fn::GetAtt'])[0]) },
    ...properties,
  }),
  'AWS::Cognito::UserPool': withoutRepetition,
  'Custom::Storefront': ({ ServiceToken, ServiceTimeout: _, Revision: __, ...properties }) => ({
    Function: { Ref: String(listOf(objectOf(ServiceToken)['Fn::GetAtt'])[0]) },
    ...properties,
  }),
};

/** CDK says the messages twice: as they were once said, and in the template. */
function withoutRepetition(properties: JsonObject): JsonObject {
  const { EmailVerificationMessage: email, EmailVerificationSubject: subject, ...rest } = properties;
  const { SmsVerificationMessage: sms, ...once } = rest;
  const { EmailMessage, EmailSubject, SmsMessage } = objectOf(once.VerificationMessageTemplate);
  return email === EmailMessage && subject === EmailSubject && sms === SmsMessage ? once : properties;
}
