import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api/index.js';
import { Apigatewayv2Authorizer } from '@cdktf/provider-aws/lib/apigatewayv2-authorizer/index.js';
import { Apigatewayv2Integration } from '@cdktf/provider-aws/lib/apigatewayv2-integration/index.js';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route/index.js';
import { Apigatewayv2Stage } from '@cdktf/provider-aws/lib/apigatewayv2-stage/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { Construct } from 'constructs';
import { type ApiService, type Route, routes } from '../../../functions/contracts/routes.ts';
import { corsMaxAgeSeconds, corsMethods, corsRequestHeaders, corsResponseHeaders } from '../../model/edge/cors.ts';
import { physicalName } from '../../model/names.ts';
import { accessLogLine } from '../../model/operations/access-log-line.ts';
import { apiServices } from '../../model/services.ts';
import type { HttpApiSettings, Stage } from '../../model/stages/stage-settings.ts';
import type { Account } from './account.ts';
import type { Issuer } from './issuer.ts';
import { logGroup } from './logs.ts';
import type { ServiceFunction } from './service-function.ts';

export interface OrdersHttpApiProps {
  readonly stage: Stage;
  readonly account: Account;
  readonly settings: HttpApiSettings;
  readonly issuer: Issuer;
  readonly functions: Readonly<Record<ApiService, ServiceFunction>>;
}

/** API Gateway's HTTP API: one route per row of the route table, with authorizer and throttles before Lambda. */
export class OrdersHttpApi extends Construct {
  readonly api: Apigatewayv2Api;
  readonly stage: Apigatewayv2Stage;

  constructor(scope: Construct, id: string, props: OrdersHttpApiProps) {
    super(scope, id);
    const { stage } = props;
    this.api = new Apigatewayv2Api(this, 'Api', {
      name: physicalName(stage.name, 'api'),
      protocolType: 'HTTP',
      corsConfiguration: {
        allowOrigins: [...stage.corsOrigins],
        allowMethods: corsMethods,
        allowHeaders: corsRequestHeaders,
        exposeHeaders: corsResponseHeaders,
        maxAge: corsMaxAgeSeconds,
      },
    });
    this.stage = this.addStage(stage, props.settings, this.addRoutes(props));
  }

  private addRoutes(props: OrdersHttpApiProps): Apigatewayv2Route[] {
    const { issuer } = props;
    const authorizer = new Apigatewayv2Authorizer(this, 'Jwt', {
      apiId: this.api.id,
      name: 'Jwt',
      authorizerType: 'JWT',
      identitySources: ['$request.header.Authorization'],
      jwtConfiguration: { issuer: issuer.issuer, audience: [issuer.audience] },
    });
    const targets = new Map(apiServices.map((service) => [service, this.integrate(service, props)]));
    const add = (key: string, service: ApiService, guarded: boolean) =>
      new Apigatewayv2Route(this, key.replaceAll(/[^A-Za-z]+/g, '-'), {
        apiId: this.api.id,
        routeKey: key,
        target: `integrations/${targets.get(service)?.id}`,
        authorizationType: guarded ? 'JWT' : 'NONE',
        ...(guarded && { authorizerId: authorizer.id }),
      });
    // The permission for all routes covers `<stage>/GET/products`, but not `<stage>/$default`.
    this.permit('unknown-permission', 'catalog', '*/$default', props);
    return [
      ...(routes as readonly Route[]).map((route) =>
        add(`${route.method} ${route.path}`, route.service, route.access !== 'public'),
      ),
      // The catalog function answers unknown paths with a problem document instead of API Gateway's bare 404.
      add('$default', 'catalog', false),
    ];
  }

  private integrate(service: ApiService, props: OrdersHttpApiProps): Apigatewayv2Integration {
    const { alias } = props.functions[service];
    this.permit(`${service}-permission`, service, '*/*/*', props);
    return new Apigatewayv2Integration(this, service, {
      apiId: this.api.id,
      integrationType: 'AWS_PROXY',
      integrationUri: alias.arn,
      payloadFormatVersion: '2.0',
    });
  }

  /** `caller`: the routes' part of the ARN, after the API. */
  private permit(id: string, service: ApiService, caller: string, { functions, account }: OrdersHttpApiProps): void {
    const { alias } = functions[service];
    new LambdaPermission(this, id, {
      action: 'lambda:InvokeFunction',
      functionName: alias.functionName,
      qualifier: alias.name,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${account.arn('execute-api', this.api.id)}/${caller}`,
    });
  }

  private addStage(stage: Stage, settings: HttpApiSettings, after: Apigatewayv2Route[]): Apigatewayv2Stage {
    const { read } = settings.throttles;
    return new Apigatewayv2Stage(this, 'Stage', {
      apiId: this.api.id,
      name: '$default',
      autoDeploy: true,
      // For unknown paths: every route of the table has its own throttle.
      defaultRouteSettings: {
        detailedMetricsEnabled: true,
        throttlingRateLimit: read.ratePerSecond,
        throttlingBurstLimit: read.burst,
      },
      routeSettings: routes.map((route) => ({
        routeKey: `${route.method} ${route.path}`,
        detailedMetricsEnabled: true,
        throttlingRateLimit: settings.throttles[route.throttle].ratePerSecond,
        throttlingBurstLimit: settings.throttles[route.throttle].burst,
      })),
      ...(settings.accessLogs && {
        accessLogSettings: {
          destinationArn: logGroup(this, stage, `/aws/apigateway/${physicalName(stage.name, 'api')}`).arn,
          format: accessLogLine,
        },
      }),
      // API Gateway rejects settings of a route that does not exist yet.
      dependsOn: after,
    });
  }
}
