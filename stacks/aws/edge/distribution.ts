import { type Stack, Validations } from 'aws-cdk-lib';
import { CfnDistribution, CfnOriginAccessControl } from 'aws-cdk-lib/aws-cloudfront';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ApiService } from '../../../functions/contracts/routes.ts';
import { behaviorRows, reads, storefrontOrigin, uncachedErrors } from '../../model/edge/edge-rows.ts';
import { physicalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { CachePolicies, requestPolicies } from './cache-policies.ts';
import { edgeFunction } from './edge-function.ts';
import { nameInAccount } from './global-name.ts';
import { apiOrigins, type Origin } from './origins.ts';
import { ResponseHeaders } from './response-headers.ts';

export interface DistributionProps {
  readonly stack: Stack;
  readonly stage: Stage;
  readonly storefront: Bucket;
  readonly signInOrigins: readonly string[];
  /** @default no access logs */
  readonly accessLogs?: Bucket;
  /** @default no web ACL */
  readonly webAclArn?: string;
  /** @default CloudFront's own name and certificate */
  readonly certificateArn?: string;
}

type Behavior = Omit<CfnDistribution.CacheBehaviorProperty, 'pathPattern'>;

/**
 * One host name for page and API, with a cache behaviour for each path. Not CDK's own `Distribution`: it cannot hold an
 * origin that only the edge function selects, and the function needs stable origin ids, not generated ones.
 */
export class Distribution extends Construct {
  readonly resource: CfnDistribution;

  constructor(scope: Construct, id: string, props: DistributionProps) {
    super(scope, id);
    const { stage, stack } = props;
    const api = apiOrigins(stack, stage);
    const separate = api.idOf.stock !== api.idOf.catalog;
    const edge = edgeFunction(this, stage, separate ? api.idOf.stock : null);
    const functionAssociations = [{ eventType: 'viewer-request', functionArn: edge.functionArn }];
    const behaviors = buildBehaviors(this, props, api.idOf);
    const [page, ...others] = behaviors.map(({ pattern, behavior }) => ({
      pattern,
      ...behavior,
      functionAssociations,
    }));
    if (!page) throw new Error('distribution: must have a default behaviour, got none');
    const { pattern: _, ...defaultCacheBehavior } = page;
    this.resource = new CfnDistribution(this, 'Resource', {
      distributionConfig: {
        enabled: true,
        comment: physicalName(stage.name, 'edge'),
        httpVersion: 'http2and3',
        ipv6Enabled: true,
        priceClass: stage.edge.priceClass,
        defaultRootObject: 'index.html',
        origins: [...api.origins, this.storefrontOrigin(stage, props.storefront)],
        cacheBehaviors: others.map(({ pattern, ...behavior }) => ({ pathPattern: pattern, ...behavior })),
        defaultCacheBehavior,
        customErrorResponses: uncachedErrors.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
        ...buildDomain(props),
        ...(props.webAclArn !== undefined && { webAclId: props.webAclArn }),
        ...(props.accessLogs && {
          logging: { bucket: props.accessLogs.bucketRegionalDomainName, includeCookies: false, prefix: 'edge/' },
        }),
      },
    });
    this.allowDistribution(stack, props.storefront);
    this.acknowledgeRules(stage);
  }

  private acknowledgeRules(stage: Stage): void {
    const acknowledge = (rule: string, reason: string) =>
      Validations.of(this.resource).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
    acknowledge('CFR1', 'The shop sells worldwide; forks may restrict it');
    if (stage.edge.accessLogDays === null)
      acknowledge(
        'CFR3',
        'Access logs are a stage setting; this stage leaves nothing behind, and nothing empties their bucket',
      );
    if (!stage.edge.webAcl) acknowledge('CFR2', 'The web ACL is a stage setting, and this stage has none');
    if (!stage.edge.domain)
      acknowledge('CFR4', "CloudFront's default certificate allows no minimum TLS version; a domain sets one");
  }

  private storefrontOrigin(stage: Stage, bucket: Bucket): Origin {
    const control = new CfnOriginAccessControl(this, 'StorefrontAccess', {
      originAccessControlConfig: {
        name: nameInAccount(stage, 'storefront'),
        originAccessControlOriginType: 's3',
        signingBehavior: 'always',
        signingProtocol: 'sigv4',
      },
    });
    return {
      id: storefrontOrigin,
      domainName: bucket.bucketRegionalDomainName,
      originAccessControlId: control.ref,
      s3OriginConfig: { originAccessIdentity: '' },
    };
  }

  /** Only this distribution may read. With the list permission, a missing file is a 404, not a 403. */
  private allowDistribution(stack: Stack, bucket: Bucket): void {
    const arn = stack.formatArn({
      service: 'cloudfront',
      region: '',
      resource: 'distribution',
      resourceName: this.resource.ref,
    });
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Edge',
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        actions: ['s3:GetObject', 's3:ListBucket'],
        resources: [bucket.bucketArn, bucket.arnForObjects('*')],
        conditions: { StringEquals: { 'aws:SourceArn': arn } },
      }),
    );
  }
}

/** The default first, then in the order in which CloudFront tries them. */
function buildBehaviors(
  scope: Construct,
  { stage, signInOrigins }: DistributionProps,
  origin: Readonly<Record<ApiService, string>>,
): { readonly pattern: string; readonly behavior: Behavior }[] {
  const cache = new CachePolicies(scope, 'Cache', { stage });
  const headers = new ResponseHeaders(scope, 'Headers', { stage, signInOrigins });
  const requests = requestPolicies(scope, stage);
  return behaviorRows(origin).map((row) => {
    const originRequestPolicyId = row.requestPolicy === null ? undefined : requests.get(row.requestPolicy);
    return {
      pattern: row.pattern,
      behavior: {
        targetOriginId: row.originId,
        viewerProtocolPolicy: row.viewers,
        allowedMethods: [...row.methods],
        cachedMethods: reads,
        cachePolicyId: cache.idOf(row.cachePolicy),
        ...(originRequestPolicyId !== undefined && { originRequestPolicyId }),
        responseHeadersPolicyId: headers.idOf(row.headersPolicy),
        compress: row.compress,
      },
    };
  });
}

function buildDomain({ stage, certificateArn }: DistributionProps) {
  const { domain } = stage.edge;
  if (!domain || certificateArn === undefined) return {};
  return {
    aliases: [domain.name],
    viewerCertificate: {
      acmCertificateArn: certificateArn,
      minimumProtocolVersion: 'TLSv1.2_2021',
      sslSupportMethod: 'sni-only',
    },
  };
}
