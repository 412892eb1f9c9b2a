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
} from '../../model/edge/edge-rows.ts';
import { physicalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';

/** The CDN's policies, by the names of their rows. */
export class Policies extends Construct {
  private readonly ids: ReadonlyMap<string, string>;

  constructor(scope: Construct, id: string, stage: Stage, signInOrigins: readonly string[]) {
    super(scope, id);
    this.ids = new Map([
      ...cachePolicyRows(stage).map((row) => [row.name, this.addCache(stage, row)] as const),
      ...requestPolicyRows.map((row) => [row.name, this.addRequests(stage, row)] as const),
      ...headersPolicyRows(signInOrigins).map((row) => [row.name, this.addHeaders(stage, row)] as const),
    ]);
  }

  idOf(name: (CachePolicyRow | RequestPolicyRow | HeadersPolicyRow)['name']): string {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`policy: must be one of ${[...this.ids.keys()].join(', ')}, got '${name}'`);
    return id;
  }

  private addCache(stage: Stage, { name, defaultSeconds, maxSeconds, query }: CachePolicyRow): string {
    const compressed = maxSeconds > 0;
    return new CloudfrontCachePolicy(this, name, {
      name: physicalName(stage.name, name),
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

  private addRequests(stage: Stage, { name, query }: RequestPolicyRow): string {
    return new CloudfrontOriginRequestPolicy(this, name, {
      name: physicalName(stage.name, name),
      headersConfig: { headerBehavior: 'allExcept', headers: { items: ['host'] } },
      cookiesConfig: { cookieBehavior: 'none' },
      queryStringsConfig: { queryStringBehavior: query },
    }).id;
  }

  private addHeaders(stage: Stage, { name, contentSecurityPolicy }: HeadersPolicyRow): string {
    const override = true;
    return new CloudfrontResponseHeadersPolicy(this, name, {
      name: physicalName(stage.name, name),
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
