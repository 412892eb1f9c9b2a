import { Duration } from 'aws-cdk-lib';
import { FunctionUrlAuthType, HttpMethod } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ApiService } from '../../functions/contracts/routes.ts';
import { corsMaxAgeSeconds, corsMethods, corsRequestHeaders, corsResponseHeaders } from '../model/edge/cors.ts';
import { apiServices } from '../model/services.ts';
import type { Stage } from '../model/stages/stage-settings.ts';
import type { ServiceFunction } from './service-function.ts';

export interface FunctionUrlsProps {
  readonly stage: Stage;
  readonly functions: Readonly<Record<ApiService, ServiceFunction>>;
}

/** A URL for each API function's alias. No authorizer or throttle precedes it, so the function verifies the token. */
export class FunctionUrls extends Construct {
  readonly urls: Readonly<Record<ApiService, string>>;

  constructor(scope: Construct, id: string, props: FunctionUrlsProps) {
    super(scope, id);
    const urlOf = (service: ApiService): string =>
      props.functions[service].alias.addFunctionUrl({
        authType: FunctionUrlAuthType.NONE,
        cors: {
          allowedOrigins: [...props.stage.corsOrigins],
          allowedMethods: corsMethods.map((method) => HttpMethod[method]),
          allowedHeaders: corsRequestHeaders,
          exposedHeaders: corsResponseHeaders,
          maxAge: Duration.seconds(corsMaxAgeSeconds),
        },
      }).url;
    this.urls = Object.fromEntries(apiServices.map((service) => [service, urlOf(service)])) as Record<
      ApiService,
      string
    >;
  }
}
