import type { ApiService } from '../../../functions/contracts/routes.ts';
import { shoppersPerAddress, storefrontRequests } from '../edge/perimeter-rows.ts';
import { apiServices } from '../services.ts';
import type { DomainSettings, Stage, WebAclSettings } from '../stages/stage-settings.ts';
import { edgeRegions, limits } from './limits.ts';
import { atLeast, atMost, mustHold, type Violations, wholeAndPositive, wholeOrZero } from './violations.ts';

/** How long CloudFront waits for the API: 5 s longer than the slowest function's timeout. */
export const originReadTimeoutSeconds = (stage: Stage): number =>
  Math.max(...apiServices.map((service: ApiService) => stage.functions[service].timeoutSeconds)) + 5;

/** Maximum time the CDN may serve a product, fresh or stale: the cache policy's maximum TTL. */
export function longestServedSeconds({ caching }: Stage): number {
  const { edgeSeconds, staleWhileRevalidateSeconds, staleIfErrorSeconds } = caching.product;
  return edgeSeconds + Math.max(staleWhileRevalidateSeconds, staleIfErrorSeconds);
}

export function checkEdge(stage: Stage): Violations {
  const { originSecretGeneration, accessLogDays, webAcl, domain } = stage.edge;
  return [
    ...checkCaching(stage),
    ...(originSecretGeneration === null ? [] : wholeAndPositive('edge.originSecretGeneration', originSecretGeneration)),
    ...(accessLogDays === null ? [] : wholeAndPositive('edge.accessLogDays', accessLogDays)),
    ...mustHold(
      accessLogDays === null || stage.keepData,
      'edge.accessLogDays',
      'null where keepData is false',
      accessLogDays,
      'Set null: nothing empties the bucket of the logs, so it would outlive the stage',
    ),
    ...(webAcl ? checkWebAcl(webAcl) : []),
    ...(domain ? checkDomain(domain) : []),
    ...checkRegionOfEdge(stage),
    ...checkCallbacks(stage),
    ...atMost('functions.*.timeoutSeconds + 5', originReadTimeoutSeconds(stage), limits.originReadTimeoutMax),
  ];
}

function checkCaching(stage: Stage): Violations {
  const { product, page } = stage.caching;
  const { functionMs, ...seconds } = product;
  const named = [
    ...Object.entries(seconds).map(([name, value]) => [`caching.product.${name}`, value] as const),
    ...Object.entries(page).map(([name, value]) => [`caching.page.${name}`, value] as const),
  ];
  return [
    ...named.flatMap(([property, value]) => wholeOrZero(property, value)),
    ...atMost('caching.product.edgeSeconds + stale time', longestServedSeconds(stage), limits.edgeTimesMax),
    ...atMost('caching.page.edgeSeconds', page.edgeSeconds, limits.edgeTimesMax),
    ...wholeOrZero('caching.product.functionMs', functionMs),
    // Invalidation waits for it. A function's copy that outlives the CDN's would refill the CDN with stale data.
    ...mustHold(
      functionMs < product.edgeSeconds * 1000 || functionMs === 0,
      'caching.product.functionMs',
      `less than caching.product.edgeSeconds, ${product.edgeSeconds * 1000} ms`,
      functionMs,
      'Lower it, or set 0 to disable caching in functions',
    ),
    ...mustHold(
      functionMs + 50 < stage.functions.invalidation.timeoutSeconds * 1000,
      'caching.product.functionMs',
      `less than functions.invalidation.timeoutSeconds, ${stage.functions.invalidation.timeoutSeconds * 1000} ms`,
      functionMs,
      'Lower it: invalidation waits that long before it calls the CDN',
    ),
    ...mustHold(
      product.browserSeconds <= product.edgeSeconds,
      'caching.product.browserSeconds',
      `at most caching.product.edgeSeconds, ${product.edgeSeconds}`,
      product.browserSeconds,
      'Lower it: invalidation cannot reach browsers',
    ),
  ];
}

function checkWebAcl({ ratePerFiveMinutes: orders, totalPerFiveMinutes: total }: WebAclSettings): Violations {
  const rates = { 'edge.webAcl.ratePerFiveMinutes': orders, 'edge.webAcl.totalPerFiveMinutes': total };
  const least = shoppersPerAddress * storefrontRequests;
  return [
    ...Object.entries(rates).flatMap(([property, rate]) => [
      ...wholeAndPositive(property, rate),
      ...atLeast(property, rate, limits.webAclRateMin),
      ...atMost(property, rate, limits.webAclRateMax),
    ]),
    ...mustHold(
      total >= least,
      'edge.webAcl.totalPerFiveMinutes',
      `at least ${least}: ${shoppersPerAddress} open pages of ${storefrontRequests} requests behind one address`,
      total,
      'Raise it: an office or a mobile carrier would be blocked',
    ),
  ];
}

/** CloudFront features that only some regions have. */
function checkRegionOfEdge({ region, edge }: Stage): Violations {
  if (region === null) return [];
  const { originShieldRegions: shields, optInRegions: optIn } = edgeRegions;
  return [
    ...mustHold(
      !edge.originShield || shields.values.includes(region),
      'edge.originShield',
      `false in ${region}: it exists in ${shields.values.join(', ')} (${shields.source})`,
      edge.originShield,
      'Turn it off, or move the stage',
    ),
    ...mustHold(
      edge.accessLogDays === null || !optIn.values.includes(region),
      'edge.accessLogDays',
      `null in ${region}: CloudFront delivers no standard logs to opt-in regions (${optIn.source})`,
      edge.accessLogDays,
      'Turn the logs off, or move the stage',
    ),
  ];
}

function checkDomain({ name, hostedZoneId }: DomainSettings): Violations {
  const [nameGrammar, zoneGrammar] = [
    /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    /^Z[A-Z0-9]{1,31}$/,
  ];
  return [
    ...mustHold(
      nameGrammar.test(name),
      'edge.domain.name',
      'a host name in lower case',
      name,
      'Example: shop.example.com',
    ),
    ...mustHold(
      zoneGrammar.test(hostedZoneId),
      'edge.domain.hostedZoneId',
      'a Route 53 zone id: Z and up to 31 of A-Z, 0-9',
      hostedZoneId,
      'Find it with: aws route53 list-hosted-zones',
    ),
  ];
}

/** Without a callback URL, the sign-in page cannot redirect back. */
function checkCallbacks({ identity, edge }: Stage): Violations {
  if (identity.kind !== 'cognito') return [];
  const property = 'identity.callbackUrls';
  const some = edge.domain !== null || identity.callbackUrls.length > 0;
  return [
    ...mustHold(
      some,
      property,
      'one or more where edge.domain is null',
      'none',
      'Add the output EdgeUrl with a trailing slash',
    ),
    ...identity.callbackUrls.flatMap((url) =>
      mustHold(
        /^(https:\/\/|http:\/\/localhost[:/])[^#]*$/.test(url),
        property,
        'https, or http://localhost, without a fragment',
        url,
        'Correct it: Cognito accepts nothing else',
      ),
    ),
  ];
}
