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
import { longestServedSeconds } from '../check-edge.ts';
import { physicalName } from '../names.ts';
import type { Stage } from '../stage-settings.ts';

/** The query parameters that change a product answer. Anything else in a query is neither keyed nor sent on. */
export const productQuery = ['cursor', 'limit'];
const year = Duration.days(365);
const never = Duration.seconds(0);

interface Times {
  readonly fallback: Duration;
  readonly max: Duration;
}

/**
 * A cache policy for each kind of answer. They are our own, and not AWS's managed ones, so that the template alone says
 * what they do. Within them the origin's `Cache-Control` decides.
 */
export class CachePolicies extends Construct {
  readonly products: CachePolicy;
  readonly pages: CachePolicy;
  readonly assets: CachePolicy;
  readonly nothing: CachePolicy;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    const { page } = stage.caching;
    this.products = this.add(
      stage,
      'products',
      // An answer that says nothing is not kept: an error or a forgotten header must not become a cached page. Stale
      // answers are served up to the maximum, whatever `Cache-Control` allows beyond it.
      { fallback: never, max: Duration.seconds(longestServedSeconds(stage)) },
      CacheQueryStringBehavior.allowList(...productQuery),
    );
    this.pages = this.add(stage, 'pages', {
      fallback: Duration.seconds(page.edgeSeconds),
      max: Duration.seconds(page.edgeSeconds),
    });
    this.assets = this.add(stage, 'assets', { fallback: year, max: year });
    this.nothing = new CachePolicy(this, 'nothing', {
      cachePolicyName: physicalName(stage.name, 'nothing'),
      comment: 'Keeps nothing',
      minTtl: never,
      defaultTtl: never,
      maxTtl: never,
    });
  }

  private add(
    stage: Stage,
    name: string,
    { fallback, max }: Times,
    queryStringBehavior = CacheQueryStringBehavior.none(),
  ): CachePolicy {
    return new CachePolicy(this, name, {
      cachePolicyName: physicalName(stage.name, name),
      minTtl: never,
      defaultTtl: fallback,
      maxTtl: max,
      headerBehavior: CacheHeaderBehavior.none(),
      cookieBehavior: CacheCookieBehavior.none(),
      queryStringBehavior,
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
  }
}

/** What the API sees of a request: its own host name, no cookies, everything else that the edge function left. */
export function apiRequestPolicy(scope: Construct, stage: Stage): OriginRequestPolicy {
  return requestPolicy(scope, stage, 'api', OriginRequestQueryStringBehavior.all());
}

/** As above, but a query that is not in the cache's key would change an answer that is kept without it. */
export function productsRequestPolicy(scope: Construct, stage: Stage): OriginRequestPolicy {
  return requestPolicy(scope, stage, 'products', OriginRequestQueryStringBehavior.none());
}

function requestPolicy(scope: Construct, stage: Stage, name: string, query: OriginRequestQueryStringBehavior) {
  return new OriginRequestPolicy(scope, `${name}-requests`, {
    originRequestPolicyName: physicalName(stage.name, `${name}-requests`),
    headerBehavior: OriginRequestHeaderBehavior.denyList('host'),
    cookieBehavior: OriginRequestCookieBehavior.none(),
    queryStringBehavior: query,
  });
}
