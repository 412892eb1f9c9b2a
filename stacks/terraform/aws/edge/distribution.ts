import { CloudfrontDistribution } from '@cdktf/provider-aws/lib/cloudfront-distribution/index.js';
import { CloudfrontFunction } from '@cdktf/provider-aws/lib/cloudfront-function/index.js';
import { CloudfrontOriginAccessControl } from '@cdktf/provider-aws/lib/cloudfront-origin-access-control/index.js';
import { Construct } from 'constructs';
import { edgeFunctionCode, edgeFunctionComment } from '../../../model/edge/edge-function-code.ts';
import {
  apiAttempts,
  apiConnection,
  type BehaviorRow,
  behaviorRows,
  originIds,
  reads,
  storefrontOrigin,
  uncachedErrors,
} from '../../../model/edge/edge-rows.ts';
import { originSecretHeader } from '../../../model/edge/origin-secret-name.ts';
import { globalName, physicalName } from '../../../model/names.ts';
import type { Stage } from '../../../model/stages/stage-settings.ts';
import type { PrivateBucket } from '../bucket.ts';
import { Policies } from './cache-policies.ts';
import type { Perimeter } from './perimeter.ts';

export interface DistributionProps {
  readonly stage: Stage;
  readonly region: string;
  /** Host names of the API, by the ids of its origins. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly originSecret: string | undefined;
  readonly storefront: PrivateBucket;
  readonly signInOrigins: readonly string[];
  readonly accessLogs: PrivateBucket | undefined;
  readonly perimeter: Perimeter | undefined;
}

/** One host name for page and API, with a cache behaviour for each path. */
export class Distribution extends Construct {
  readonly resource: CloudfrontDistribution;
  private readonly policies: Policies;
  private readonly gate: CloudfrontFunction;

  constructor(scope: Construct, id: string, props: DistributionProps) {
    super(scope, id);
    const { stage, perimeter, accessLogs } = props;
    const ids = originIds(stage);
    const separate = ids.stock !== ids.catalog;
    this.policies = new Policies(this, 'Policies', props);
    this.gate = new CloudfrontFunction(this, 'EdgeFunction', {
      name: globalName(stage, 'edge', props.region),
      comment: edgeFunctionComment,
      runtime: 'cloudfront-js-2.0',
      code: edgeFunctionCode(separate ? ids.stock : null),
      publish: true,
    });
    const [page, ...others] = behaviorRows(ids);
    const { domain } = stage.edge;
    this.resource = new CloudfrontDistribution(this, 'Resource', {
      enabled: true,
      comment: physicalName(stage.name, 'edge'),
      httpVersion: 'http2and3',
      isIpv6Enabled: true,
      priceClass: stage.edge.priceClass,
      defaultRootObject: 'index.html',
      origin: [...Object.keys(props.hosts).map((each) => apiOrigin(each, props)), this.storefrontOrigin(props)],
      defaultCacheBehavior: this.behavior(page),
      orderedCacheBehavior: others.map((row) => ({ pathPattern: row.pattern, ...this.behavior(row) })),
      customErrorResponse: uncachedErrors.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
      restrictions: { geoRestriction: { restrictionType: 'none' } },
      ...(domain && { aliases: [domain.name] }),
      viewerCertificate:
        perimeter?.certificateArn === undefined
          ? { cloudfrontDefaultCertificate: true }
          : {
              acmCertificateArn: perimeter.certificateArn,
              minimumProtocolVersion: 'TLSv1.2_2021',
              sslSupportMethod: 'sni-only',
            },
      ...(perimeter?.webAclArn !== undefined && { webAclId: perimeter.webAclArn }),
      ...(accessLogs && {
        loggingConfig: {
          bucket: accessLogs.bucket.bucketRegionalDomainName,
          includeCookies: false,
          prefix: 'edge/',
        },
      }),
      // Later resources do not need it at every edge location yet.
      waitForDeployment: false,
    });
  }

  private behavior(row: BehaviorRow) {
    return {
      targetOriginId: row.originId,
      viewerProtocolPolicy: row.viewers,
      allowedMethods: [...row.methods],
      cachedMethods: reads,
      cachePolicyId: this.policies.idOf(row.cachePolicy),
      ...(row.requestPolicy !== null && { originRequestPolicyId: this.policies.idOf(row.requestPolicy) }),
      responseHeadersPolicyId: this.policies.idOf(row.headersPolicy),
      compress: row.compress,
      functionAssociation: [{ eventType: 'viewer-request', functionArn: this.gate.arn }],
    };
  }

  private storefrontOrigin({ stage, region, storefront }: DistributionProps) {
    const control = new CloudfrontOriginAccessControl(this, 'StorefrontAccess', {
      name: globalName(stage, 'storefront', region),
      originAccessControlOriginType: 's3',
      signingBehavior: 'always',
      signingProtocol: 'sigv4',
    });
    return {
      originId: storefrontOrigin,
      domainName: storefront.bucket.bucketRegionalDomainName,
      originAccessControlId: control.id,
    };
  }
}

function apiOrigin(originId: string, { stage, region, hosts, originSecret }: DistributionProps) {
  const { originShield } = stage.edge;
  return {
    originId,
    domainName: hosts[originId] ?? '',
    customOriginConfig: {
      httpPort: 80,
      httpsPort: 443,
      ...apiConnection(stage),
    },
    ...apiAttempts,
    ...(originShield && { originShield: { enabled: true, originShieldRegion: region } }),
    ...(originSecret !== undefined && { customHeader: [{ name: originSecretHeader, value: originSecret }] }),
  };
}
