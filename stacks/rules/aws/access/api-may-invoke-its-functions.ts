import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { ref } from '../../template/ref.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { coversArn } from '../arn.ts';
import { toFunctionName } from '../functions.ts';

/** The source ARN of an API Gateway call to a function: `<api>/<stage>/GET/products`, `<api>/<stage>/$default`. */
function toCallerArn(template: Template, { properties }: Resource): string {
  const api = toText(properties.ApiId);
  const stage = template.ofType('AWS::ApiGatewayV2::Stage').find(({ properties: { ApiId } }) => toText(ApiId) === api);
  const stageName = stage ? toText(stage.properties.StageName) : '$default';
  const route = toText(properties.RouteKey).replace(' ', '');
  return `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:${api}/${stageName}/${route}`;
}

function check(template: Template): Finding[] {
  const permissions = template
    .ofType('AWS::Lambda::Permission')
    .filter(({ properties }) => properties.Principal === 'apigateway.amazonaws.com');
  return template.ofType('AWS::ApiGatewayV2::Route').flatMap((route) => {
    const integration = template.findReferred(route.properties.Target, 'AWS::ApiGatewayV2::Integration');
    if (integration?.properties.IntegrationType !== 'AWS_PROXY') return [];
    const called = toFunctionName(template, integration.properties.IntegrationUri);
    const arn = toCallerArn(template, route);
    const isAllowed = permissions.some(
      ({ properties: { FunctionName, SourceArn } }) =>
        toFunctionName(template, FunctionName) === called &&
        (SourceArn === undefined || coversArn(toText(SourceArn), arn)),
    );
    if (isAllowed) return [];
    const key = toText(route.properties.RouteKey);
    const problem = `route '${key}' calls ${called} as ${arn}, which no permission covers: callers get a 500. Add a permission whose SourceArn does`;
    return [{ resource: route.id, problem }];
  });
}

const example = (sourceArns: readonly string[], partition = ref('AWS::Partition')): JsonObject => ({
  Resources: {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'shop', ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { ApiId: { Ref: 'Api' }, IntegrationType: 'AWS_PROXY', IntegrationUri: { Ref: 'Live' } },
    },
    ...Object.fromEntries(
      ['GET /products', '$default'].map((key, at) => [
        `Route${at}`,
        {
          Type: 'AWS::ApiGatewayV2::Route',
          Properties: {
            ApiId: { Ref: 'Api' },
            RouteKey: key,
            Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
          },
        },
      ]),
    ),
    Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: 'shop', Name: 'live', FunctionVersion: '1' } },
    ...Object.fromEntries(
      sourceArns.map((path, at) => [
        `Permission${at}`,
        {
          Type: 'AWS::Lambda::Permission',
          Properties: {
            Action: 'lambda:InvokeFunction',
            FunctionName: { Ref: 'Live' },
            Principal: 'apigateway.amazonaws.com',
            SourceArn: {
              'Fn::Sub': `arn:${partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}${path}`,
            },
          },
        },
      ]),
    ),
  },
});

export const apiMayInvokeItsFunctions: Rule = {
  name: 'api-may-invoke-its-functions',
  what: 'Each route of an API, `$default` included, has a permission to invoke its function.',
  why: 'The usual `<api>/*/*/*` covers `<stage>/GET/products` but not `<stage>/$default`: HEAD, a wrong method and every unknown path answer 500.',
  source: [
    'https://github.com/aws/serverless-application-model/issues/1860',
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example(['/*/*/*']), good: example(['/*/*/*', '/*/$default']) },
    { bad: example(['/*/*/*'], 'aws'), good: example(['/*'], 'aws') },
  ],
};
