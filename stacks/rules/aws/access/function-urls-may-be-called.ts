import type { Json, JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Template, toText } from '../../template/template.ts';
import { toFunctionName, toUrlTarget } from '../functions.ts';

/** Permissions that a call through a public URL needs, each with the condition that limits it to such calls. */
const needed = [
  { action: 'lambda:InvokeFunctionUrl', condition: 'FunctionUrlAuthType', value: 'NONE' },
  { action: 'lambda:InvokeFunction', condition: 'InvokedViaFunctionUrl', value: 'true' },
] as const;

/** Conditions that exclude the public. */
const limits = ['SourceArn', 'SourceAccount', 'PrincipalOrgID', 'EventSourceToken'];

function check(template: Template): Finding[] {
  const permissions = template
    .ofType('AWS::Lambda::Permission')
    .filter(({ properties }) => properties.Principal === '*' && limits.every((key) => properties[key] === undefined));
  return template
    .ofType('AWS::Lambda::Url')
    .filter(({ properties }) => properties.AuthType === 'NONE')
    .flatMap((url) => {
      const name = toUrlTarget(template, url);
      const own = permissions.filter(({ properties }) => toFunctionName(template, properties.FunctionName) === name);
      return needed
        .filter((need) => !own.some(({ properties }) => grants(properties, need)))
        .map(({ action, condition, value }) => ({
          resource: url.id,
          problem: `it is public (AuthType NONE), but no permission lets '*' call ${action} on ${name}: every request answers 403. Add one with ${condition} ${value}`,
        }));
    });
}

/** A permission without the condition is wider, and allows the URL, too. */
function grants(properties: JsonObject, { action, condition, value }: (typeof needed)[number]): boolean {
  const own: Json | undefined = properties[condition];
  return [action, 'lambda:*', '*'].includes(toText(properties.Action)) && (own === undefined || toText(own) === value);
}

const permission = (properties: JsonObject): JsonObject => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { FunctionName: { Ref: 'Shop' }, Principal: '*', ...properties },
});

const example = (url: JsonObject, ...invoke: readonly JsonObject[]): JsonObject => ({
  Resources: {
    Shop: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'shop' } },
    Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { Ref: 'Shop' }, AuthType: 'NONE' } },
    Permission: permission({ Action: 'lambda:InvokeFunctionUrl', ...url }),
    ...Object.fromEntries(
      invoke.map((more, at) => [`Invoke${at}`, permission({ Action: 'lambda:InvokeFunction', ...more })]),
    ),
  },
});
const [open, viaUrl] = [{ FunctionUrlAuthType: 'NONE' }, { InvokedViaFunctionUrl: true }];

export const functionUrlsMayBeCalled: Rule = {
  name: 'function-urls-may-be-called',
  what: 'A public function URL has two permissions for everyone: to call the URL, and to invoke the function through it.',
  why: 'The console adds both, templates do not: the URL exists, and answers 403. URLs created since October 2025 need the second one.',
  source: [
    'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({ FunctionUrlAuthType: 'AWS_IAM' }, viaUrl), good: example(open, viaUrl) },
    { bad: example(open), good: example(open, viaUrl) },
    { bad: example(open, { ...viaUrl, SourceAccount: '123456789012' }), good: example({ Action: 'lambda:*' }) },
  ],
};
