import { type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { coversText } from '../arn.ts';
import { meets, type Request } from '../conditions.ts';
import { coversAction, findStatements } from '../policies.ts';

export const cloudWatch = 'cloudwatch.amazonaws.com';

/** Why the topic's policy does not let CloudWatch publish an alarm; undefined if it does. */
export function findRefusal(template: Template, topic: Resource, alarm: Resource): string | undefined {
  const statements = findStatements(template, topic);
  if (statements === undefined) return undefined;
  const request = toRequest(template, alarm);
  const about = statements.filter(
    (statement) =>
      concernsCloudWatch(statement) && coversAction(statement, 'sns:Publish') && concerns(template, statement, topic),
  );
  const denies = about.some(({ Effect, Condition }) => Effect === 'Deny' && meets(Condition, request) === true);
  if (denies) return 'its policy has a Deny that covers CloudWatch. Exclude it by a condition, or remove the Deny';
  const allows = about.some(({ Effect, Condition }) => Effect === 'Allow' && meets(Condition, request) !== false);
  return allows
    ? undefined
    : "its policy has no Allow that covers CloudWatch, and a policy replaces the topic's default one. Allow cloudwatch.amazonaws.com the action sns:Publish on this topic, for its own account";
}

function concernsCloudWatch({ Principal, NotPrincipal }: JsonObject): boolean {
  if (NotPrincipal !== undefined) return !toList(toObject(NotPrincipal).Service).map(toText).includes(cloudWatch);
  const { AWS, Service } = toObject(Principal);
  return Principal === '*' || toList(AWS).includes('*') || toList(Service).map(toText).includes(cloudWatch);
}

/** Matches a reference, or an ARN with the topic's name: regions and accounts are seldom known. */
function concerns(template: Template, { Resource: resource }: JsonObject, { id, properties }: Resource): boolean {
  const name = toText(properties.TopicName);
  const covers = (text: string) => text === `<${id}>` || coversText(lastPart(text), name) || isUnknown(template, text);
  return resource === undefined || toList(resource).map(toText).some(covers);
}

/** A parameter, or a variable without a default. */
const isUnknown = (template: Template, text: string): boolean =>
  text === '' || (/^<[^>]+>$/.test(text) && !template.resources.some(({ id }) => text === `<${id}>`));

const lastPart = (arn: string): string => (arn.startsWith('arn:') ? arn.slice(arn.lastIndexOf(':') + 1) : arn);

/** The condition keys of CloudWatch's request. */
function toRequest(template: Template, alarm: Resource): Request {
  const account = (value: string, isPattern: boolean) => isOwnAccount(template, value, isPattern);
  return {
    'aws:securetransport': true,
    'aws:principalisawsservice': true,
    'aws:sourceaccount': account,
    'aws:sourceowner': account,
    'aws:sourcearn': (value, isPattern) => isOwnArn(template, alarm, value, isPattern),
  };
}

/** A literal account counts as a different one, unless the template names it elsewhere, too. */
function isOwnAccount(template: Template, value: string, isPattern: boolean): boolean | undefined {
  if (value === '<AWS::AccountId>') return true;
  if (/^[\d*?]+$/.test(value) && /[*?]/.test(value)) return isPattern;
  if (!/^\d{12}$/.test(value)) return undefined;
  return isNamedElsewhere(template, value) ? undefined : false;
}

const policies = ['AWS::SNS::TopicPolicy', 'AWS::SNS::TopicInlinePolicy', 'AWS::SNS::Topic'];

const isNamedElsewhere = (template: Template, account: string): boolean =>
  template.resources.some(
    ({ type, properties }) =>
      !(policies.includes(type) || type.startsWith('aws_sns_')) && JSON.stringify(properties).includes(account),
  );

function isOwnArn(template: Template, alarm: Resource, value: string, isPattern: boolean): boolean | undefined {
  if (isPattern && value === '*') return true;
  if (isUnknown(template, value)) return undefined;
  const referred = /^<([^>]+)>/.exec(value)?.[1];
  if (referred !== undefined && !referred.startsWith('AWS::')) return referred === alarm.id;
  if (!value.startsWith('arn:')) return undefined;
  const hidden = value.replaceAll(/<[^>]*>/g, (reference) => reference.replaceAll(':', ''));
  const [, , service = '', , account = '', ...rest] = hidden.split(':');
  if (!isPattern && /[*?]/.test(hidden)) return false;
  const name = toText(alarm.properties.AlarmName);
  const own = name === '' ? undefined : `alarm:${name.replaceAll(':', '')}`;
  const isAlarm = own === undefined ? /^(\*|alarm:)/.test(rest.join(':')) : coversText(rest.join(':'), own);
  if (!coversText(service, 'cloudwatch') || !isAlarm) return false;
  return isOwnAccount(template, account === '<AWSAccountId>' ? '<AWS::AccountId>' : account, isPattern);
}

/** CloudWatch may not use SNS's default key, whose policy cannot be changed. */
export function findKeyProblem(template: Template, { properties }: Resource): string | undefined {
  const key: Json | undefined = properties.KmsMasterKeyId;
  if (/(^|:)alias\/aws\/sns$/.test(toText(key)))
    return "it is encrypted with SNS's own key, which CloudWatch may not use. Take a key of your own that lets CloudWatch use it, or none";
  const own = template.findReferred(key, 'AWS::KMS::Key');
  if (!own) return undefined;
  const statements = toList(toObject(own.properties.KeyPolicy).Statement).map(toObject);
  const allows = (action: string) =>
    statements.some((one) => one.Effect === 'Allow' && concernsCloudWatch(one) && coversAction(one, action));
  if (allows('kms:Decrypt') && allows('kms:GenerateDataKey')) return undefined;
  return `its key ${own.id} does not let CloudWatch use it. Allow ${cloudWatch} kms:Decrypt and kms:GenerateDataKey* in the key's policy`;
}
