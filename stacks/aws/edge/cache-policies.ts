import { Duration } from 'aws-cdk-lib';
import {
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  OriginRequestCookieBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import {
  type CachePolicyRow,
  cachePolicyRows,
  type RequestPolicyRow,
  requestPolicyRows,
} from '../../model/edge/edge-rows.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { nameInAccount } from './global-name.ts';

const never = Duration.seconds(0);

/** The cache policies, by the names of their rows. */
export class CachePolicies extends Construct {
  private readonly policies: ReadonlyMap<string, CachePolicy>;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage }) {
    super(scope, id);
    this.policies = new Map(cachePolicyRows(props.stage).map((row) => [row.name, this.add(props.stage, row)]));
  }

  idOf(name: CachePolicyRow['name']): string {
    return this.policies.get(name)?.cachePolicyId ?? '';
  }

  private add(stage: Stage, { name, defaultSeconds, maxSeconds, query }: CachePolicyRow): CachePolicy {
    const times = {
      cachePolicyName: nameInAccount(stage, name),
      minTtl: never,
      defaultTtl: Duration.seconds(defaultSeconds),
      maxTtl: Duration.seconds(maxSeconds),
    };
    // CloudFront rejects key settings in a policy that caches nothing.
    if (maxSeconds === 0) return new CachePolicy(this, name, { ...times, comment: 'Caches nothing' });
    return new CachePolicy(this, name, {
      ...times,
      headerBehavior: CacheHeaderBehavior.none(),
      cookieBehavior: CacheCookieBehavior.none(),
      queryStringBehavior:
        query.length > 0 ? CacheQueryStringBehavior.allowList(...query) : CacheQueryStringBehavior.none(),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
  }
}

export function requestPolicies(scope: Construct, stage: Stage): ReadonlyMap<RequestPolicyRow['name'], string> {
  return new Map(requestPolicyRows.map((row) => [row.name, requestPolicy(scope, stage, row).originRequestPolicyId]));
}

function requestPolicy(scope: Construct, stage: Stage, { name, query }: RequestPolicyRow): OriginRequestPolicy {
  const queryString = OriginRequestQueryStringBehavior;
  return new OriginRequestPolicy(scope, name, {
    originRequestPolicyName: nameInAccount(stage, name),
    headerBehavior: OriginRequestHeaderBehavior.denyList('host'),
    cookieBehavior: OriginRequestCookieBehavior.none(),
    queryStringBehavior: query === 'all' ? queryString.all() : queryString.none(),
  });
}
