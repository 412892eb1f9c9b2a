import { CloudfrontMonitoringSubscription } from '@cdktf/provider-aws/lib/cloudfront-monitoring-subscription/index.js';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js';
import { Construct } from 'constructs';
import type { ResourceBinding } from '../../../model/access.ts';
import { cloudFrontZone } from '../../../model/edge/perimeter-rows.ts';
import { serviceEnvironment } from '../../../model/environments/service-environment.ts';
import { watchesEdge } from '../../../model/operations/api-alarm-rows.ts';
import { type ResourceAccess, services } from '../../../model/services.ts';
import { streamTriggerStatements } from '../../../model/statements.ts';
import { tableName } from '../../../model/table-shapes.ts';
import { PrivateBucket } from '../bucket.ts';
import { Published } from '../outputs.ts';
import { addDeadLetterQueue } from '../queues.ts';
import type { PartProps, ServicePart } from '../service.ts';
import { ServiceFunction } from '../service-function.ts';
import { readStream } from '../triggers.ts';
import { Distribution } from './distribution.ts';
import type { Perimeter } from './perimeter.ts';
import { Publishing } from './storefront-deployment.ts';

export interface EdgeProps extends PartProps {
  readonly service: ServicePart;
  readonly perimeter: Perimeter | undefined;
}

/** The public entry point: the CDN in front of API and storefront, and its invalidation. */
export class Edge extends Construct {
  readonly distributionId: string;
  private readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id);
    const { stage, issuer } = props;
    const accessLogs = this.addAccessLogs(props);
    const storefront = new PrivateBucket(this, 'Storefront', { stage, keep: stage.keepData });
    if (accessLogs) storefront.writeLogsTo(accessLogs, 'storefront/');
    this.distribution = new Distribution(this, 'Distribution', {
      stage,
      region: props.account.region,
      hosts: props.service.hosts,
      originSecret: props.data.originSecret,
      storefront,
      signInOrigins: issuer.origins,
      accessLogs,
      perimeter: props.perimeter,
    });
    const { resource } = this.distribution;
    this.distributionId = resource.id;
    storefront.addPolicy([allowDistribution(storefront, resource.arn)]);
    this.addAliasRecords(props);
    if (watchesEdge(stage)) this.addMonitoring();
    new Publishing(this, 'Publishing', {
      ...props,
      bucket: storefront,
      code: props.codeOf('publishing'),
      config: buildPageConfig(props),
    });
    const failures = this.addInvalidation(props);
    new Published(this, 'Published', stage.name, {
      DistributionId: resource.id,
      DistributionDomain: resource.domainName,
      EdgeUrl: `https://${stage.edge.domain?.name ?? resource.domainName}`,
      StorefrontBucket: storefront.bucket.bucket,
      InvalidationDeadLetterUrl: failures,
    });
  }

  /** Access logs of CDN and bucket, kept for the stage's days. They hold visitors' IP addresses. */
  private addAccessLogs({ stage }: EdgeProps): PrivateBucket | undefined {
    const { accessLogDays: days } = stage.edge;
    if (days === null) return undefined;
    // A bucket with objects cannot be destroyed, and nothing empties this one.
    const logs = new PrivateBucket(this, 'AccessLogs', { stage, keep: true });
    logs.acceptLogs(days);
    logs.addPolicy([]);
    return logs;
  }

  /** Adds the alias records for IPv4 and IPv6. */
  private addAliasRecords({ stage }: EdgeProps): void {
    const { domain } = stage.edge;
    if (!domain) return;
    const alias = { name: this.distribution.resource.domainName, zoneId: cloudFrontZone, evaluateTargetHealth: false };
    for (const type of ['A', 'AAAA'])
      new Route53Record(this, `Domain${type}`, { zoneId: domain.hostedZoneId, name: domain.name, type, alias });
  }

  /** CloudFront reports the latency of the origin only to distributions that pay for it. */
  private addMonitoring(): void {
    new CloudfrontMonitoringSubscription(this, 'Monitoring', {
      distributionId: this.distributionId,
      monitoringSubscription: { realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: 'Enabled' } },
    });
  }

  /** Invalidates changed products in the CDN. */
  private addInvalidation(props: EdgeProps): string {
    const { stage, account, data } = props;
    const { trigger } = services.invalidation;
    if (trigger.kind !== 'stream')
      throw new Error(`services: invalidation's trigger is '${trigger.kind}', must be 'stream'`);
    const failures = addDeadLetterQueue(this, stage, 'invalidation-dlq');
    const { resource } = this.distribution;
    const bind = (access: ResourceAccess): ResourceBinding => {
      if (access.kind === 'queue' && access.queue === 'invalidation-dlq')
        return { value: failures.url, arns: [failures.arn] };
      if (access.kind === 'cdn') return { value: resource.id, arns: [resource.arn] };
      throw new Error(`services: ${access.env} names a ${access.kind} that is not in the edge`);
    };
    const { catalog: streamArn } = data.streamArns;
    if (streamArn === undefined) throw new Error(`stage '${stage.name}': must own the catalog where its CDN is`);
    const worker = new ServiceFunction(this, 'invalidation', {
      stage,
      account,
      service: 'invalidation',
      code: props.codeOf('invalidation'),
      runtime: props.runtime,
      bind,
      environment: serviceEnvironment(stage, 'invalidation'),
      trigger: streamTriggerStatements(streamArn, account.tableArn(tableName(stage, trigger.table))),
    });
    readStream(this, 'Invalidation', worker, {
      streamArn,
      records: trigger.records,
      settings: stage.invalidation,
      failures,
      partialFailures: false,
    });
    return failures.url;
  }
}

/** Only this distribution may read. With the list permission, a missing file is a 404, not a 403. */
const allowDistribution = ({ bucket }: PrivateBucket, distributionArn: string) => ({
  Sid: 'Edge',
  Effect: 'Allow',
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Action: ['s3:GetObject', 's3:ListBucket'],
  Resource: [bucket.arn, `${bucket.arn}/*`],
  Condition: { StringEquals: { 'aws:SourceArn': distributionArn } },
});

/** Sign-in settings of the page; all are public. */
function buildPageConfig({ stage, issuer }: EdgeProps): Record<string, string> {
  const scope = stage.identity.kind === 'cognito' ? 'openid email' : 'openid';
  return { stage: stage.name, issuer: issuer.issuer, clientId: issuer.audience, scope };
}
