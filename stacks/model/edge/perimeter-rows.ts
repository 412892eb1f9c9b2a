import type { Stage } from '../stages/stage-settings.ts';

/** CloudFront takes certificates and web ACLs from this region alone, wherever the rest of the stage is. */
export const perimeterRegion = 'us-east-1';

export const hasPerimeter = ({ edge }: Stage): boolean => edge.webAcl !== null || edge.domain !== null;

/** AWS's own lists of what attacks everybody; the names are AWS's. */
export const managedGroups = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
] as const;

/** Nothing by which somebody could act in a customer's name. */
export const redactedHeaders = ['authorization', 'cookie'];

/** The zone of every distribution: https://docs.aws.amazon.com/general/latest/gr/cf_region.html */
export const cloudFrontZone = 'Z2FDTNDATAQYW2';
