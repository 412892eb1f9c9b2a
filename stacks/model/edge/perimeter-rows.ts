import { isHome } from '../stages/regions.ts';
import type { Stage, WebAclSettings } from '../stages/stage-settings.ts';

/** CloudFront accepts certificates and web ACLs from this region only, whatever the stage's own region. */
export const perimeterRegion = 'us-east-1';

export const hasPerimeter = (stage: Stage): boolean =>
  isHome(stage) && (stage.edge.webAcl !== null || stage.edge.domain !== null);

/** AWS's managed rule groups against common attacks. */
export const managedGroups = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
] as const;

export interface RateRow {
  readonly name: string;
  /** Requests of one IP address in five minutes. */
  readonly limit: number;
  /** Counts only paths that begin so. @default all */
  readonly path?: string;
}

/**
 * These rules precede any other inspection. A storefront reads products all the time, so reads do not count against
 * orders.
 */
export const rateRows = ({ ratePerFiveMinutes, totalPerFiveMinutes }: WebAclSettings): readonly RateRow[] => [
  { name: 'rate', limit: ratePerFiveMinutes, path: '/orders' },
  { name: 'rate-total', limit: totalPerFiveMinutes },
];

/** Requests of an open page in five minutes: the stock of ten products every 3 s, the products every 10 s. */
export const storefrontRequests = 10 * (300 / 3) + 300 / 10;

/** Shoppers behind one address of an office, a school or a mobile carrier. */
export const shoppersPerAddress = 50;

/** Credentials that would allow a log reader to impersonate a customer. */
export const redactedHeaders = ['authorization', 'cookie'];

/** Hosted zone id of every distribution: https://docs.aws.amazon.com/general/latest/gr/cf_region.html */
export const cloudFrontZone = 'Z2FDTNDATAQYW2';
