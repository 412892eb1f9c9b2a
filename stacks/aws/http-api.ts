import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnApi,
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type ApiService, type Route, routes } from '../../functions/contracts/routes.ts';
import { corsMaxAgeSeconds, corsMethods, corsRequestHeaders, corsResponseHeaders } from '../model/edge/cors.ts';
import { physicalName } from '../model/names.ts';
import { accessLogLine } from '../model/operations/access-log-line.ts';
import type { HttpApiSettings, Stage } from '../model/stages/stage-settings.ts';
import type { Issuer } from './issuer.ts';
import type { ServiceFunction } from './service-function.ts';
import { toRemovalPolicy } from './table.ts';

export interface OrdersHttpApiProps {
  readonly stage: Stage;
  readonly settings: HttpApiSettings;
  readonly issuer: Issuer;
  readonly functions: Readonly<Record<ApiService, ServiceFunction>>;
}

/** API Gateway's HTTP API: one route per row of the route table, with authorizer and throttles before Lambda. */
export class OrdersHttpApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, props: OrdersHttpApiProps) {
    super(scope, id);
    const { stage } = props;
    this.api = new HttpApi(this, 'Api', {
      apiName: physicalName(stage.name, 'api'),
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: [...stage.corsOrigins],
        allowMethods: corsMethods.map((method) => CorsHttpMethod[method]),
        allowHeaders: corsRequestHeaders,
        exposeHeaders: corsResponseHeaders,
        maxAge: Duration.seconds(corsMaxAgeSeconds),
      },
    });
    if (stage.camelCaseCors) this.respellCors(stage);
    this.addRoutes(props);
    this.stage = this.addStage(stage, props.settings);
    const reason = 'Products and unknown paths are public; a test asserts an authorizer on every other route';
    Validations.of(this.api).acknowledge({ id: 'AwsSolutions::AwsSolutions-APIG4', reason });
  }

  private addRoutes({ issuer, functions }: OrdersHttpApiProps): void {
    const authorizer = new HttpJwtAuthorizer('Jwt', issuer.issuer, { jwtAudience: [issuer.audience] });
    const integration = (service: ApiService) =>
      new HttpLambdaIntegration(service, functions[service].alias, { scopePermissionToRoute: false });
    const integrations = {
      catalog: integration('catalog'),
      intake: integration('intake'),
      stock: integration('stock'),
    } satisfies Record<ApiService, HttpLambdaIntegration>;
    for (const route of routes as readonly Route[]) {
      this.api.addRoutes({
        path: route.path,
        methods: [HttpMethod[route.method]],
        integration: integrations[route.service],
        ...(route.access !== 'public' && { authorizer }),
      });
    }
    this.addUnknown(functions.catalog, integrations.catalog);
  }

  /** The catalog function answers unknown paths with a problem document instead of API Gateway's bare 404. */
  private addUnknown({ alias }: ServiceFunction, integration: HttpLambdaIntegration): void {
    const routeKey = HttpRouteKey.DEFAULT;
    new HttpRoute(this.api, 'Unknown', { httpApi: this.api, routeKey, integration });
    // CDK's permission covers `<stage>/GET/products`, but not `<stage>/$default`.
    alias.addPermission('Unknown', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.apiId,
        resourceName: '*/$default',
      }),
    });
  }

  private addStage(stage: Stage, settings: HttpApiSettings): HttpStage {
    const httpStage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      detailedMetricsEnabled: true,
      // For unknown paths: every route of the table has its own throttle.
      throttle: { rateLimit: settings.throttles.read.ratePerSecond, burstLimit: settings.throttles.read.burst },
      ...(settings.accessLogs && { accessLogSettings: this.accessLogs(stage) }),
    });
    const cfnStage = httpStage.node.defaultChild as CfnStage;
    cfnStage.routeSettings = Object.fromEntries(
      routes.map((route) => {
        const { ratePerSecond, burst } = settings.throttles[route.throttle];
        const key = `${route.method} ${route.path}`;
        return [key, { ThrottlingRateLimit: ratePerSecond, ThrottlingBurstLimit: burst, DetailedMetricsEnabled: true }];
      }),
    );
    // API Gateway rejects settings of a route that does not exist yet.
    for (const route of this.api.node.children) {
      if (route !== this.api.node.defaultChild) httpStage.node.addDependency(route);
    }
    return httpStage;
  }

  private accessLogs(stage: Stage) {
    const logGroup = new LogGroup(this, 'AccessLogs', {
      logGroupName: `/aws/apigateway/${physicalName(stage.name, 'api')}`,
      retention: stage.logRetentionDays as RetentionDays,
      removalPolicy: toRemovalPolicy(stage),
    });
    return { destination: new LogGroupLogDestination(logGroup), format: AccessLogFormat.custom(accessLogLine) };
  }

  private respellCors(stage: Stage): void {
    const reason = 'The local engine reads CORS keys in camelCase only';
    Validations.of(this.api).acknowledge({ id: 'CloudFormation-Validate::F3002', reason });
    (this.api.node.defaultChild as CfnApi).addPropertyOverride('CorsConfiguration', {
      allowOrigins: stage.corsOrigins,
      allowMethods: corsMethods,
      allowHeaders: corsRequestHeaders,
      exposeHeaders: corsResponseHeaders,
      maxAge: corsMaxAgeSeconds,
    });
  }
}
