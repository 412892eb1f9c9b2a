import { type Json, type JsonObject, toList, toObject } from '../../stacks/model/json.ts';
import type { Graph, Part } from '../platform/terraform/translate/graph.ts';

/** CloudFormation resources that extend another one: their target, and the properties that they add. */
const additions: Readonly<Record<string, (properties: JsonObject) => readonly [to: Json, what: JsonObject]>> = {
  'AWS::IAM::Policy': ({ Roles, PolicyDocument }) => [toList(Roles)[0] ?? '', { Policy: PolicyDocument ?? null }],
  'AWS::SQS::QueuePolicy': ({ Queues, PolicyDocument }) => [
    toList(Queues)[0] ?? '',
    { Policy: PolicyDocument ?? null },
  ],
  'AWS::SNS::TopicPolicy': ({ Topics, PolicyDocument }) => [
    toList(Topics)[0] ?? '',
    { Policy: PolicyDocument ?? null },
  ],
  'AWS::S3::BucketPolicy': ({ Bucket, PolicyDocument }) => [Bucket ?? '', { Policy: PolicyDocument ?? null }],
  'AWS::Lambda::Version': ({ FunctionName }) => [FunctionName ?? '', { Published: true }],
};

/** Merges policies and versions into the resources they belong to, and drops code and generated names. */
export function mergeCdk(graph: Graph): Graph {
  const parts = new Map<string, Part>();
  for (const [id, part] of graph.parts) if (!additions[part.type]) parts.set(id, preparePart(part, graph));
  for (const { type, properties } of graph.parts.values()) {
    const [to, what] = additions[type]?.(properties) ?? [];
    const id = String(toObject(to).Ref);
    const part = parts.get(id);
    if (part) parts.set(id, { ...part, properties: { ...part.properties, ...what } });
  }
  return { ...graph, parts };
}

function preparePart(part: Part, graph: Graph): Part {
  return { ...part, properties: prepare[part.type]?.(part.properties, graph) ?? part.properties };
}

/** Tags are compared once for the whole stage. */
const withoutTags = ({ Tags: _, ...replica }: JsonObject): JsonObject => replica;

const prepare: Readonly<Record<string, (properties: JsonObject, graph: Graph) => JsonObject>> = {
  'AWS::Lambda::Function': ({ Code: _, ...properties }) => properties,
  // The function's current version, which in CDK is a separate resource.
  'AWS::Lambda::Alias': (properties) => ({
    ...properties,
    FunctionVersion: { 'Fn::GetAtt': [String(toObject(properties.FunctionName).Ref), 'Version'] },
  }),
  // A metric of the function's current version.
  'AWS::CloudWatch::Alarm': ({ Dimensions, ...properties }, { parts }) => ({
    ...properties,
    ...(Dimensions !== undefined && { Dimensions: toList(Dimensions).map((one) => ofFunction(toObject(one), parts)) }),
  }),
  'AWS::DynamoDB::GlobalTable': (properties) => ({
    ...properties,
    Replicas: toList(properties.Replicas).map(toObject).map(withoutTags),
  }),
  'AWS::ApplicationAutoScaling::ScalingPolicy': ({ PolicyName: _, ScalingTargetId, ...properties }, { parts }) => ({
    ...properties,
    ResourceId: parts.get(String(toObject(ScalingTargetId).Ref))?.properties.ResourceId ?? null,
  }),
  'AWS::Lambda::Url': ({ TargetFunctionArn, ...properties }) => ({
    TargetFunctionArn: { Ref: String(toList(toObject(TargetFunctionArn)['Fn::GetAtt'])[0]) },
    ...properties,
  }),
  'AWS::Cognito::UserPool': withoutRepetition,
  'Custom::Storefront': ({ ServiceToken, ServiceTimeout: _, Revision: __, ...properties }) => ({
    Function: { Ref: String(toList(toObject(ServiceToken)['Fn::GetAtt'])[0]) },
    ...properties,
  }),
};

function ofFunction(dimension: JsonObject, parts: Graph['parts']): JsonObject {
  const [id] = toList(toObject(dimension.Value)['Fn::GetAtt']).map(String);
  const version = id === undefined ? undefined : parts.get(id);
  if (version?.type !== 'AWS::Lambda::Version') return dimension;
  return { ...dimension, Value: { 'Fn::GetAtt': [String(toObject(version.properties.FunctionName).Ref), 'Version'] } };
}

/** CDK writes the messages twice: in the legacy properties and in the template. */
function withoutRepetition(properties: JsonObject): JsonObject {
  const { EmailVerificationMessage: email, EmailVerificationSubject: subject, ...rest } = properties;
  const { SmsVerificationMessage: sms, ...once } = rest;
  const { EmailMessage, EmailSubject, SmsMessage } = toObject(once.VerificationMessageTemplate);
  return email === EmailMessage && subject === EmailSubject && sms === SmsMessage ? once : properties;
}
