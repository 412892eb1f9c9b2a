import { compact, isObject, type Json, type JsonObject, toList, toObject } from '../../stacks/model/json.ts';
import { CliError } from '../cli/cli.ts';
import type { Graph, Part } from '../platform/terraform/translate/graph.ts';
import { bareArn } from '../platform/terraform/translate/terraform-text.ts';
import { toFacts } from './policy-facts.ts';

/** Every setting of a stage: `type key` -> path -> value as text. The same for both tools. */
export type Model = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Types whose CloudFormation `Ref` is the given name. */
const refIsName: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Cognito::UserPoolDomain': 'Domain',
};

/** Properties that identify a resource within its type. */
const nameProperties: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGatewayV2::Api': ['Name'],
  'AWS::ApiGatewayV2::ApiMapping': ['DomainName'],
  'AWS::ApiGatewayV2::Authorizer': ['Name'],
  'AWS::ApiGatewayV2::DomainName': ['DomainName'],
  'AWS::ApiGatewayV2::Integration': ['IntegrationUri'],
  'AWS::ApiGatewayV2::Route': ['RouteKey'],
  'AWS::ApiGatewayV2::Stage': ['StageName'],
  'AWS::ApplicationAutoScaling::ScalableTarget': ['ResourceId'],
  'AWS::ApplicationAutoScaling::ScalingPolicy': ['ResourceId'],
  'AWS::CertificateManager::Certificate': ['DomainName'],
  'AWS::CloudFront::CachePolicy': ['CachePolicyConfig', 'Name'],
  'AWS::CloudFront::Distribution': ['DistributionConfig', 'Comment'],
  'AWS::CloudFront::Function': ['Name'],
  'AWS::CloudFront::MonitoringSubscription': ['DistributionId'],
  'AWS::CloudFront::OriginAccessControl': ['OriginAccessControlConfig', 'Name'],
  'AWS::CloudFront::OriginRequestPolicy': ['OriginRequestPolicyConfig', 'Name'],
  'AWS::CloudFront::ResponseHeadersPolicy': ['ResponseHeadersPolicyConfig', 'Name'],
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::CodeDeploy::Application': ['ApplicationName'],
  'AWS::CodeDeploy::DeploymentGroup': ['DeploymentGroupName'],
  'AWS::Cognito::UserPool': ['UserPoolName'],
  'AWS::Cognito::UserPoolClient': ['UserPoolId'],
  'AWS::Cognito::UserPoolDomain': ['UserPoolId'],
  'AWS::Cognito::UserPoolGroup': ['GroupName'],
  'AWS::DynamoDB::GlobalTable': ['TableName'],
  'AWS::Events::EventBus': ['Name'],
  'AWS::Events::Rule': ['Name'],
  'AWS::IAM::OIDCProvider': ['Url'],
  'AWS::IAM::Role': ['RoleName'],
  'AWS::Lambda::Alias': ['FunctionName'],
  'AWS::Lambda::EventInvokeConfig': ['FunctionName'],
  'AWS::Lambda::EventSourceMapping': ['FunctionName'],
  'AWS::Lambda::Function': ['FunctionName'],
  'AWS::Lambda::Permission': ['FunctionName', '+', 'Action', '+', 'SourceArn'],
  'AWS::Lambda::Url': ['TargetFunctionArn'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::Route53::HealthCheck': ['HealthCheckConfig', 'FullyQualifiedDomainName'],
  'AWS::Route53::RecordSet': ['Name', '+', 'Type'],
  'AWS::SNS::Subscription': ['Endpoint', '+', 'TopicArn'],
  'AWS::SNS::Topic': ['TopicName'],
  'AWS::SQS::Queue': ['QueueName'],
  'AWS::SSM::Parameter': ['Name'],
  'AWS::Scheduler::Schedule': ['GroupName'],
  'AWS::Scheduler::ScheduleGroup': ['Name'],
  'AWS::SecretsManager::Secret': ['Name'],
  'AWS::WAFv2::LoggingConfiguration': ['ResourceArn'],
  'AWS::WAFv2::WebACL': ['Name'],
  'Custom::Storefront': ['Function'],
};

export function buildModel(graph: Graph): Model {
  const reader = new Reader(graph);
  const model = new Map<string, Map<string, string>>();
  for (const [id, part] of graph.parts) {
    const name = `${part.type} ${reader.keyOf(id)}`;
    if (model.has(name))
      throw new CliError(
        'parity_key',
        `two resources are named ${name}`,
        'Make the name unique in nameProperties of scripts/parity/model.ts.',
      );
    const leaves = new Map<string, string>();
    flatten(reader.settingsOf(part), '', leaves);
    if (part.kept) leaves.set('(kept)', 'true');
    model.set(name, leaves);
  }
  const rest = new Map<string, string>();
  flatten(Object.fromEntries([...graph.outputs].map(([key, value]) => [key, reader.resolve(value)])), '', rest);
  model.set('outputs', rest);
  const tags = new Map<string, string>();
  flatten(graph.tags, '', tags);
  model.set('tags', tags);
  return model;
}

/** Replaces references with the names of their targets, in the same way for both tools. */
class Reader {
  private readonly keys = new Map<string, string>();
  private readonly graph: Graph;

  constructor(graph: Graph) {
    this.graph = graph;
  }

  keyOf(id: string): string {
    const known = this.keys.get(id);
    if (known !== undefined) return known;
    const key = this.findKey(id, this.part(id));
    this.keys.set(id, key);
    return key;
  }

  private findKey(id: string, { type, properties }: Part): string {
    if (type === 'AWS::IAM::Role' && properties.RoleName === undefined) return `of ${this.functionWithRole(id)}`;
    // The tools generate bucket names, so the id in the stack identifies them.
    if (type === 'AWS::S3::Bucket') return /AccessLogs|OrdersExport/.exec(id)?.[0] ?? 'Storefront';
    const path = nameProperties[type];
    if (!path)
      throw new CliError(
        'parity_unknown_type',
        `nameProperties has no entry for ${type}`,
        'Add it to scripts/parity/model.ts.',
      );
    const read = (keys: readonly string[]) =>
      String(this.resolve(keys.reduce<Json>((value, key) => toObject(value)[key] ?? '', properties)));
    const paths = path.join(' ').split(' + ');
    return toPlainName(paths.map((one) => read(one.split(' '))).join(' ')).trim();
  }

  private functionWithRole(id: string): string {
    for (const { type, properties } of this.graph.parts.values()) {
      const attribute = toObject(properties.Role)['Fn::GetAtt'];
      if (type === 'AWS::Lambda::Function' && Array.isArray(attribute) && attribute[0] === id)
        return String(properties.FunctionName);
    }
    return id;
  }

  settingsOf({ properties }: Part): JsonObject {
    const { Tags: _, UserPoolTags: __, HealthCheckTags: ___, Policy, ...rest } = properties;
    const settings = normalize(toObject(this.resolve(rest)));
    return Policy === undefined ? settings : { ...settings, Policy: toFacts(this.resolve(Policy)) };
  }

  resolve(value: Json): Json {
    if (Array.isArray(value)) return value.map((one) => this.resolve(one));
    if (!isObject(value)) return value;
    const [name, argument] = Object.entries(value)[0] ?? [];
    if (name === 'Ref') return this.reference(String(argument));
    if (name === 'Fn::GetAtt') return this.attribute(toList(argument).map(String));
    if (name === 'Fn::Join') return this.join(argument as readonly Json[]);
    if (name === 'Fn::Select') return this.select(argument as readonly Json[]);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.resolve(one)]));
  }

  private reference(id: string): string {
    if (id.startsWith('AWS::')) return `<${id}>`;
    const { type, properties } = this.part(id);
    const name = refIsName[type];
    return name === undefined ? `<${type} ${this.keyOf(id)}>` : String(this.resolve(properties[name] ?? ''));
  }

  private attribute([id = '', attribute = '']: readonly string[]): string {
    const { type } = this.part(id);
    // CloudFormation's ARN of a log group includes its streams (`:*`); Terraform's does not.
    const text = type === 'AWS::Logs::LogGroup' && attribute === 'Arn' ? `${bareArn}:*` : attribute;
    return `<${type} ${this.keyOf(id)}>.${text}`;
  }

  private join([separator, parts]: readonly Json[]): string {
    return toList(this.resolve(parts ?? []))
      .map(String)
      .join(String(separator));
  }

  /** Item 6 of an alias's ARN is its function. Other parts are known only after a deploy, and stay as an expression. */
  private select([index, list]: readonly Json[]): string {
    const [separator, text] = toList(toObject(list)['Fn::Split']);
    const whole = String(this.resolve(text ?? ''));
    const [, alias] = /^<AWS::Lambda::Alias (.+)>$/.exec(whole) ?? [];
    if (alias !== undefined && index === 6) return alias;
    return `${whole}.split(${String(separator)})[${String(index)}]`;
  }

  private part(id: string): Part {
    const part = this.graph.parts.get(id);
    if (part) return part;
    throw new CliError(
      'parity_reference',
      `a reference names ${id}, which is not in the stage`,
      'Teach scripts/parity to read this reference.',
    );
  }
}

/** Parses JSON texts, so that they are compared setting by setting. Sorts lists without an order. */
const normalize = ({ DashboardBody, ScheduledActions, Target, ...settings }: JsonObject): JsonObject =>
  compact({
    ...settings,
    DashboardBody: parsed(DashboardBody),
    Target: Target && { ...toObject(Target), ...compact({ Input: parsed(toObject(Target).Input) }) },
    ScheduledActions: ScheduledActions && toList(ScheduledActions).toSorted(byActionName),
  });

const parsed = (text: Json | undefined): Json | undefined =>
  typeof text === 'string' ? (JSON.parse(text) as Json) : text;

const byActionName = (one: Json, other: Json): number => actionName(one).localeCompare(actionName(other));
const actionName = (value: Json): string => String(toObject(value).ScheduledActionName);

/** Names an alias by its function, whichever name the tool uses. */
const toPlainName = (value: string): string => value.replaceAll(/<AWS::Lambda::Alias ([^>]+)>/g, '$1:live');

/** Log destinations may name their group with or without `:*`. */
const toSetting = (path: string, value: string): string =>
  /DestinationArn|LogDestinationConfigs/.test(path) ? value.replace(/:\*$/, '') : value;

function flatten(value: Json, path: string, leaves: Map<string, string>): void {
  if (Array.isArray(value)) {
    if (value.every((one) => !isObject(one) && !Array.isArray(one))) {
      leaves.set(path, toSetting(path, [...value].map(String).sort().join(', ')));
      return;
    }
    for (const [at, one] of value.entries()) flatten(one, `${path}[${at}]`, leaves);
    return;
  }
  if (isObject(value)) {
    for (const [key, one] of Object.entries(value)) flatten(one, path === '' ? key : `${path}.${key}`, leaves);
    return;
  }
  leaves.set(path, toSetting(path, toPlainName(String(value))));
}
