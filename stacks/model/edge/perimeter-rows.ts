import type { Stage } from '../stages/stage-settings.ts';

/** CloudFront accepts certificates and web ACLs from this region only, whatever the stage's own region. */
export const perimeterRegion = 'us-east-1';

export const hasPerimeter = ({ edge }: Stage): boolean => edge.webAcl !== null || edge.domain !== null;

/** AWS's managed rule groups against common attacks. */
export const managedGroups = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
] as const;

/** Credentials that would allow a log reader to impersonate a customer. */
export const redactedHeaders = ['authorization', 'cookie'];

/** Hosted zone id of every distribution: https://docs.aws.amazon.com/general/latest/gr/cf_region.html */
export const cloudFrontZone = 'Z2FDTNDATAQYW2';
