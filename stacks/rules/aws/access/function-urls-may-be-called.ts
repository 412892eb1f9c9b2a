import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';
import { toFunctionName, toUrlTarget } from '../functions.ts';

function check(template: Template): Finding[] {
  const permissions = template
    .ofType('AWS::Lambda::Permission')
    .filter(({ properties: { Principal, Action } }) => Principal === '*' && Action === 'lambda:InvokeFunctionUrl');
  return template
    .ofType('AWS::Lambda::Url')
    .filter(({ properties }) => properties.AuthType === 'NONE')
    .flatMap((url) => {
      const name = toUrlTarget(template, url);
      const own = permissions.filter(({ properties }) => toFunctionName(template, properties.FunctionName) === name);
      if (own.some(({ properties }) => properties.FunctionUrlAuthType === 'NONE')) return [];
      const problem = `it is public (AuthType NONE), but no permission lets '*' call lambda:InvokeFunctionUrl on ${name}: every request answers 403. Add one with FunctionUrlAuthType NONE`;
      return [{ resource: url.id, problem }];
    });
}

const example = (FunctionUrlAuthType: string): JsonObject => ({
  Resources: {
    Shop: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'shop' } },
    Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { Ref: 'Shop' }, AuthType: 'NONE' } },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunctionUrl',
        FunctionName: { Ref: 'Shop' },
        Principal: '*',
        FunctionUrlAuthType,
      },
    },
  },
});

export const functionUrlsMayBeCalled: Rule = {
  name: 'function-urls-may-be-called',
  what: 'A public function URL has a permission for everyone to call it.',
  why: 'The console adds the permission, templates do not: the URL exists, and answers 403.',
  source: ['https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html'],
  clouds: ['aws'],
  check,
  examples: [{ bad: example('AWS_IAM'), good: example('NONE') }],
};
