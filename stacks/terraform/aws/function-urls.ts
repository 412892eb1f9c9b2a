import { LambdaFunctionUrl } from '@cdktf/provider-aws/lib/lambda-function-url/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { Construct } from 'constructs';
import type { ApiService } from '../../../functions/contracts/routes.ts';
import { corsMaxAgeSeconds, corsMethods, corsRequestHeaders, corsResponseHeaders } from '../../model/edge/cors.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import type { ServiceFunction } from './service-function.ts';

/** A URL for each API function's alias. No authorizer or throttle precedes it, so the function verifies the token. */
export class FunctionUrls extends Construct {
  readonly urls: Readonly<Record<ApiService, string>>;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: Stage; readonly functions: Readonly<Record<ApiService, ServiceFunction>> },
  ) {
    super(scope, id);
    const urlOf = (service: ApiService): string => {
      const { alias } = props.functions[service];
      const target = { functionName: alias.functionName, qualifier: alias.name };
      new LambdaPermission(this, `${service}-permission`, {
        ...target,
        action: 'lambda:InvokeFunctionUrl',
        principal: '*',
        functionUrlAuthType: 'NONE',
      });
      // A call through the URL also needs lambda:InvokeFunction. The bindings do not know the argument that limits it to
      // such calls, which the provider has since 6.29; without it anyone could invoke the function directly.
      new LambdaPermission(this, `${service}-invoke`, {
        ...target,
        action: 'lambda:InvokeFunction',
        principal: '*',
      }).addOverride('invoked_via_function_url', true);
      return new LambdaFunctionUrl(this, service, {
        ...target,
        authorizationType: 'NONE',
        cors: {
          allowOrigins: [...props.stage.corsOrigins],
          allowMethods: corsMethods,
          allowHeaders: corsRequestHeaders,
          exposeHeaders: corsResponseHeaders,
          maxAge: corsMaxAgeSeconds,
        },
      }).functionUrl;
    };
    this.urls = { catalog: urlOf('catalog'), intake: urlOf('intake'), stock: urlOf('stock') };
  }
}
