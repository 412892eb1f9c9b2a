import { CloudfrontCachePolicy } from '@cdktf/provider-aws/lib/cloudfront-cache-policy/index.js';
import { CloudfrontOriginRequestPolicy } from '@cdktf/provider-aws/lib/cloudfront-origin-request-policy/index.js';
import { CloudfrontResponseHeadersPolicy } from '@cdktf/provider-aws/lib/cloudfront-response-headers-policy/index.js';
import { Construct } from 'constructs';
import {
  type CachePolicyRow,
  cachePolicyRows,
  type HeadersPolicyRow,
  headersPolicyRows,
  hiddenHeaders,
  type RequestPolicyRow,
  requestPolicyRows,
  strictTransportSeconds,
} from '../../../model/edge/edge-rows.ts';
import { globalName } from '../../../model/names.ts';
import type { Stage } from '../../../model/stages/stage-settings.ts';

export interface PoliciesProps {
  readonly stage: Stage;
  readonly region: string;
  readonly signInOrigins: readonly string[];
}

/** The CDN's policies, by the names of their rows. */
export class Policies extends Construct {
  private readonly ids: ReadonlyMap<string, string>;
  private readonly nameOf: (name: string) => string;

  constructor(scope: Construct, id: string, { stage, region, signInOrigins }: PoliciesProps) {
    super(scope, id);
    this.nameOf = (name) => globalName(stage, name, region);
    this.ids = new Map([
      ...cachePolicyRows(stage).map((row) => [row.name, this.addCache(row)] as const),
      ...requestPolicyRows.map((row) => [row.name, this.addRequests(row)] as const),
      ...headersPolicyRows(signInOrigins).map((row) => [row.name, this.addHeaders(row)] as const),
    ]);
  }

  idOf(name: (CachePolicyRow | RequestPolicyRow | HeadersPolicyRow)['name']): string {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`policy: must be one of ${[...this.ids.keys()].join(', ')}, got '${name}'`);
    return id;
  }

  private addCache({ name, defaultSeconds, maxSeconds, query }: CachePolicyRow): string {
    const compressed = maxSeconds > 0;
    return new CloudfrontCachePolicy(this, name, {
      name: this.nameOf(name),
      ...(!compressed && { comment: 'Caches nothing' }),
      minTtl: 0,
      defaultTtl: defaultSeconds,
      maxTtl: maxSeconds,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: 'none' },
        headersConfig: { headerBehavior: 'none' },
        queryStringsConfig:
          query.length > 0
            ? { queryStringBehavior: 'whitelist', queryStrings: { items: [...query] } }
            : { queryStringBehavior: 'none' },
        enableAcceptEncodingBrotli: compressed,
        enableAcceptEncodingGzip: compressed,
      },
    }).id;
  }

  private addRequests({ name, query }: RequestPolicyRow): string {
    return new CloudfrontOriginRequestPolicy(this, name, {
      name: this.nameOf(name),
      headersConfig: { headerBehavior: 'allExcept', headers: { items: ['host'] } },
      cookiesConfig: { cookieBehavior: 'none' },
      queryStringsConfig: { queryStringBehavior: query },
    }).id;
  }

  private addHeaders({ name, contentSecurityPolicy }: HeadersPolicyRow): string {
    const override = true;
    return new CloudfrontResponseHeadersPolicy(this, name, {
      name: this.nameOf(name),
      securityHeadersConfig: {
        contentSecurityPolicy: { contentSecurityPolicy, override },
        contentTypeOptions: { override },
        frameOptions: { frameOption: 'DENY', override },
        referrerPolicy: { referrerPolicy: 'no-referrer', override },
        strictTransportSecurity: {
          accessControlMaxAgeSec: strictTransportSeconds,
          includeSubdomains: true,
          override,
        },
      },
      removeHeadersConfig: { items: hiddenHeaders.map((header) => ({ header })) },
    }).id;
  }
}
