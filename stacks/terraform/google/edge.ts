import { ComputeBackendBucket } from '@cdktf/provider-google/lib/compute-backend-bucket/index.js';
import { ComputeBackendService } from '@cdktf/provider-google/lib/compute-backend-service/index.js';
import { ComputeRegionNetworkEndpointGroup } from '@cdktf/provider-google/lib/compute-region-network-endpoint-group/index.js';
import { ComputeSecurityPolicy } from '@cdktf/provider-google/lib/compute-security-policy/index.js';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import { Construct } from 'constructs';
import type { ApiService } from '../../../functions/contracts/routes.ts';
import {
  behaviorRows,
  type CachePolicyRow,
  cachePolicyRows,
  headersPolicyRows,
  ownOrigins,
} from '../../model/edge/edge-rows.ts';
import { originSecretHeader } from '../../model/edge/origin-secret-name.ts';
import { rateRows } from '../../model/edge/perimeter-rows.ts';
import { bucketName, physicalName } from '../../model/names.ts';
import type { Stage, WebAclSettings } from '../../model/stages/stage-settings.ts';
import type { CommonInputs } from '../inputs.ts';
import type { Functions } from './functions.ts';
import { LoadBalancer } from './load-balancer.ts';

export interface EdgeProps {
  readonly stage: Stage;
  readonly project: string;
  readonly region: string;
  readonly inputs: CommonInputs;
  readonly functions: Functions;
  readonly domain: string;
}

/** The load balancer with Cloud CDN: one host name for page and API, with the same cache times as the other CDNs. */
export class Edge extends Construct {
  /** Name of the page's bucket. */
  readonly bucket: string;
  private readonly props: EdgeProps;
  private readonly headers: ReadonlyMap<string, string>;

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id);
    this.props = props;
    const { stage, inputs } = props;
    const rows = headersPolicyRows([inputs.issuer]);
    this.headers = new Map(rows.map(({ name, contentSecurityPolicy }) => [name, contentSecurityPolicy]));
    const firewall = stage.edge.webAcl ? this.addFirewall(stage.edge.webAcl) : undefined;
    const backend = (service: ApiService) => this.addBackend(service, firewall);
    const backends = { catalog: backend('catalog'), intake: backend('intake'), stock: backend('stock') };
    const bucket = this.addBucket();
    this.bucket = bucket.name;
    const storefront = this.addStorefront(bucket);
    new LoadBalancer(this, 'LoadBalancer', { stage, domain: props.domain, backends, storefront });
  }

  private addBackend(service: ApiService, firewall: ComputeSecurityPolicy | undefined): string {
    const { stage, region, inputs, functions } = this.props;
    const group = new ComputeRegionNetworkEndpointGroup(this, `${service}-endpoints`, {
      name: physicalName(stage.name, service),
      region,
      networkEndpointType: 'SERVERLESS',
      // The load balancer reaches a function of the second generation by its Cloud Run service.
      cloudRun: { service: functions.nameOf(service) },
    });
    const cached = behaviorRows(ownOrigins).some(
      ({ originId, cachePolicy }) => originId === ownOrigins[service] && cachePolicy === 'products',
    );
    return new ComputeBackendService(this, service, {
      name: physicalName(stage.name, service),
      loadBalancingScheme: 'EXTERNAL_MANAGED',
      protocol: 'HTTPS',
      // No timeout: a serverless backend ends with its function's own, and the API refuses another.
      backend: [{ group: group.id }],
      customRequestHeaders: [`${originSecretHeader}: ${inputs.originSecret}`],
      customResponseHeaders: this.responseHeaders('api-headers'),
      compressionMode: cached ? 'AUTOMATIC' : 'DISABLED',
      enableCdn: cached,
      ...(cached && { cdnPolicy: this.productCaching(getCachePolicyRow(stage, 'products')) }),
      ...(firewall && { securityPolicy: firewall.id }),
      logConfig: { enable: stage.edge.accessLogDays !== null, sampleRate: 1 },
    }).id;
  }

  /** The origin's Cache-Control decides; a response without it is not cached. */
  private productCaching(row: CachePolicyRow) {
    return {
      cacheMode: 'USE_ORIGIN_HEADERS',
      cacheKeyPolicy: {
        includeHost: true,
        includeProtocol: true,
        includeQueryString: true,
        queryStringWhitelist: [...row.query],
      },
      serveWhileStale: this.props.stage.caching.product.staleWhileRevalidateSeconds,
      negativeCaching: false,
      requestCoalescing: true,
    };
  }

  /** Public, because Cloud CDN reads buckets anonymously; it holds only the page. */
  private addBucket(): StorageBucket {
    const { stage, project, region } = this.props;
    const bucket = new StorageBucket(this, 'Storefront', {
      name: bucketName(project, stage.name, 'storefront'),
      location: region,
      uniformBucketLevelAccess: true,
      forceDestroy: !stage.keepData,
      website: { mainPageSuffix: 'index.html' },
    });
    new StorageBucketIamMember(this, 'Readers', {
      bucket: bucket.name,
      role: 'roles/storage.objectViewer',
      member: 'allUsers',
    });
    return bucket;
  }

  private addStorefront(bucket: StorageBucket): string {
    const { stage } = this.props;
    return new ComputeBackendBucket(this, 'Page', {
      name: physicalName(stage.name, 'storefront'),
      bucketName: bucket.name,
      enableCdn: true,
      compressionMode: 'AUTOMATIC',
      customResponseHeaders: this.responseHeaders('pages-headers'),
      // Each file's Cache-Control decides; the page's maximum also limits stale responses.
      cdnPolicy: {
        cacheMode: 'USE_ORIGIN_HEADERS',
        requestCoalescing: true,
        serveWhileStale: getCachePolicyRow(stage, 'pages').maxSeconds,
      },
    }).id;
  }

  private responseHeaders(name: string): string[] {
    return [
      `content-security-policy: ${this.headers.get(name)}`,
      'x-content-type-options: nosniff',
      'x-frame-options: DENY',
      'referrer-policy: no-referrer',
      'strict-transport-security: max-age=31536000; includeSubDomains',
    ];
  }

  /** Google's preconfigured rules against common attacks, then rate limits per IP address. */
  private addFirewall(webAcl: WebAclSettings): ComputeSecurityPolicy {
    const allClients = { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } };
    const attackRules = [
      'sqli-v33-stable',
      'xss-v33-stable',
      'lfi-v33-stable',
      'rce-v33-stable',
      'protocolattack-v33-stable',
    ];
    return new ComputeSecurityPolicy(this, 'Wall', {
      name: physicalName(this.props.stage.name, 'edge'),
      rule: [
        ...attackRules.map((list, index) => ({
          action: 'deny(403)',
          priority: 1_000 + index,
          match: { expr: { expression: `evaluatePreconfiguredWaf('${list}', {'sensitivity': 1})` } },
        })),
        // The first rule that matches decides, so that orders do not count against the total.
        ...rateRows(webAcl).map(({ limit, path }, index) => ({
          action: 'throttle',
          priority: 2_000 + index,
          match: path === undefined ? allClients : { expr: { expression: `request.path.startsWith('${path}')` } },
          rateLimitOptions: {
            conformAction: 'allow',
            exceedAction: 'deny(429)',
            enforceOnKey: 'IP',
            rateLimitThreshold: { count: limit, intervalSec: 300 },
          },
        })),
        { action: 'allow', priority: 2_147_483_647, match: allClients, description: 'all other requests' },
      ],
    });
  }
}

function getCachePolicyRow(stage: Stage, name: CachePolicyRow['name']): CachePolicyRow {
  const row = cachePolicyRows(stage).find((one) => one.name === name);
  if (!row) throw new Error(`cache policy: got '${name}', which is not in stacks/model/edge/edge-rows.ts`);
  return row;
}
