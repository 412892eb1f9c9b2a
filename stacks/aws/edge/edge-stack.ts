import { Aws, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnMonitoringSubscription } from 'aws-cdk-lib/aws-cloudfront';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { ResourceBinding } from '../../model/access.ts';
import { serviceEnvironment } from '../../model/environments/service-environment.ts';
import { watchesEdge } from '../../model/operations/api-alarm-rows.ts';
import { type ResourceAccess, type Service, services } from '../../model/services.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { AccessLogs } from '../access-logs.ts';
import { buildIssuer } from '../issuer.ts';
import { publish, publishedValue } from '../outputs.ts';
import { addFailureQueue } from '../queues.ts';
import { ServiceFunction } from '../service-function.ts';
import { StreamWorker } from '../stream-worker.ts';
import { Distribution } from './distribution.ts';
import { addAliasRecords } from './domain.ts';
import { perimeterValue } from './perimeter-stack.ts';
import { Publishing, StorefrontBucket, type StorefrontBuild } from './storefront.ts';

export interface EdgeStackProps extends StackProps {
  readonly stage: Stage;
  readonly codeOf: (service: Service) => Code;
  readonly storefront: StorefrontBuild;
}

/** The public entry point: the CDN in front of API and storefront, and its invalidation. */
export class EdgeStack extends Stack {
  private readonly stage: Stage;
  private readonly distribution: Distribution;
  private readonly failures: Queue;

  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    const { stage } = props;
    this.stage = stage;
    const { accessLogDays: days, domain } = stage.edge;
    const logs = days === null ? {} : { accessLogs: new AccessLogs(this, 'AccessLogs', { stage, days }).bucket };
    const { bucket } = new StorefrontBucket(this, 'Storefront', { stage, ...logs });
    this.distribution = new Distribution(this, 'Distribution', {
      stack: this,
      stage,
      storefront: bucket,
      signInOrigins: buildSignInOrigins(this, stage),
      ...logs,
      ...(stage.edge.webAcl && { webAclArn: perimeterValue(stage, 'WebAclArn') }),
      ...(domain && { certificateArn: perimeterValue(stage, 'CertificateArn') }),
    });
    const { resource } = this.distribution;
    if (domain) addAliasRecords(this, domain, resource);
    if (watchesEdge(stage)) addMonitoring(this, resource.ref);
    new Publishing(this, 'Publishing', {
      stage,
      bucket,
      build: props.storefront,
      config: buildPageConfig(this, stage),
    });
    this.failures = addFailureQueue(this, stage, 'invalidation-dlq');
    this.addInvalidation(props.codeOf('invalidation'));

    publish(this, stage.name, {
      DistributionId: resource.ref,
      DistributionDomain: resource.attrDomainName,
      EdgeUrl: `https://${domain?.name ?? resource.attrDomainName}`,
      StorefrontBucket: bucket.bucketName,
      InvalidationDeadLetterUrl: this.failures.queueUrl,
    });
  }

  /** Invalidates changed products in the CDN. */
  private addInvalidation(code: Code): void {
    const { trigger } = services.invalidation;
    if (trigger.kind !== 'stream')
      throw new Error(`services: invalidation's trigger is '${trigger.kind}', must be 'stream'`);
    const worker = new ServiceFunction(this, 'invalidation', {
      stage: this.stage,
      service: 'invalidation',
      code,
      bind: (access) => this.bind(access),
      environment: serviceEnvironment(this.stage, 'invalidation'),
    });
    new StreamWorker(this, 'Invalidation', {
      stage: this.stage,
      worker,
      table: trigger.table,
      streamArn: publishedValue(this, this.stage.name, 'CatalogStreamArn'),
      records: trigger.records,
      settings: this.stage.invalidation,
      failures: this.failures,
      partialFailures: false,
    });
  }

  private bind(access: ResourceAccess): ResourceBinding {
    if (access.kind === 'queue' && access.queue === 'invalidation-dlq') {
      return { value: this.failures.queueUrl, arns: [this.failures.queueArn] };
    }
    if (access.kind === 'cdn') {
      const id = this.distribution.resource.ref;
      const arn = this.formatArn({ service: 'cloudfront', region: '', resource: 'distribution', resourceName: id });
      return { value: id, arns: [arn] };
    }
    throw new Error(`services: ${access.env} names a ${access.kind} that is not in the edge stack`);
  }
}

/** CloudFront reports the latency of the origin only to distributions that pay for it. */
function addMonitoring(stack: Stack, distributionId: string): void {
  new CfnMonitoringSubscription(stack, 'Monitoring', {
    distributionId,
    monitoringSubscription: { realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: 'Enabled' } },
  });
}

/** Sign-in settings of the page; all are public. */
function buildPageConfig(stack: Stack, stage: Stage): Record<string, string> {
  const { issuer, audience } = buildIssuer(stack, stage);
  const scope = stage.identity.kind === 'cognito' ? 'openid email' : 'openid';
  return { stage: stage.name, issuer, clientId: audience, scope };
}

/** Cognito serves discovery and the token endpoint from two different origins. */
function buildSignInOrigins(stack: Stack, stage: Stage): string[] {
  if (stage.identity.kind === 'external') return [new URL(stage.identity.issuer).origin];
  return [`https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}`, publishedValue(stack, stage.name, 'SignInUrl')];
}
