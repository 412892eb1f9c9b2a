import { limits } from '../checks/limits.ts';

/** A quota of Service Quotas. Its value differs by account, and a deploy depends on the account's own. */
export interface AwsQuota {
  readonly service: string;
  readonly code?: string;
  /** The service's name for it, in lower case. */
  readonly name: string;
  readonly source: string;
}

const names = 'https://docs.aws.amazon.com/general/latest/gr/cf_region.html#limits_cloudfront';

export const awsQuotas = {
  apiRate: {
    service: 'apigateway',
    code: 'L-8A5B8E43',
    name: 'throttle rate',
    source: limits.apiRate.source,
  },
  tables: {
    service: 'dynamodb',
    code: 'L-F98FE922',
    name: 'maximum number of tables',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html',
  },
  distributions: {
    service: 'cloudfront',
    code: 'L-24B04930',
    name: 'web distributions per aws account',
    source: names,
  },
  cachePolicies: { service: 'cloudfront', code: 'L-7D134442', name: 'cache policies per aws account', source: names },
  requestPolicies: { service: 'cloudfront', name: 'origin request policies per aws account', source: names },
  headersPolicies: {
    service: 'cloudfront',
    code: 'L-CF0D4FC5',
    name: 'response headers policies per aws account',
    source: names,
  },
} as const satisfies Record<string, AwsQuota>;

/** The oldest bootstrap stack that the templates accept: CDK writes it into each stack's manifest. */
export const bootstrap = {
  version: 6,
  parameter: '/cdk-bootstrap/hnb659fds/version',
  bucketOf: (account: string, region: string): string => `cdk-hnb659fds-assets-${account}-${region}`,
} as const;
