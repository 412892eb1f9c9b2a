import { infracost, steps, unread } from '../price.ts';
import { rowsOf } from './row.ts';

const million = 1_000_000;
const page = 'https://aws.amazon.com/cloudfront/pricing/';
const cdn = rowsOf('CloudFront', page);
const test = infracost('aws/cloudfront_distribution');
const firewall = rowsOf('WAF', 'https://aws.amazon.com/waf/pricing/');
const aclTest = infracost('aws/wafv2_web_acl');
const names = rowsOf('Route 53', 'https://aws.amazon.com/route53/pricing/');

/** CloudFront bills by its customers' location, not by the stage's region. North America and Europe cost the same. */
export const edgePrices = {
  'cdn.out': cdn('out to North America and Europe', {
    ...{ unit: 'GB', free: 1_024, source: test },
    us: steps(
      [10_240, '0.085'],
      [40_960, '0.080'],
      [102_400, '0.060'],
      [358_400, '0.040'],
      [536_576, '0.030'],
      [4_194_304, '0.025'],
      [Number.POSITIVE_INFINITY, '0.020'],
    ),
  }),
  'cdn.toOrigin': cdn('bodies sent to the origin', { unit: 'GB', us: '0.02', source: test }),
  'cdn.https': cdn('requests by HTTPS', {
    unit: 'request',
    per: 10_000,
    us: '0.0100',
    free: 10 * million,
    source: test,
  }),
  'cdn.http': cdn('requests by HTTP', { unit: 'request', per: 10_000, us: '0.0075', source: test }),
  'cdn.functions': cdn('calls of functions', {
    ...{ unit: 'call', per: million, us: '0.10', free: 2 * million },
    source: infracost('aws/cloudfront_function'),
  }),
  'cdn.invalidations': cdn('paths invalidated', {
    ...{ unit: 'path', us: steps([1_000, '0'], [Number.POSITIVE_INFINITY, '0.005']), source: test },
  }),
  'cdn.shield': cdn('requests to the origin shield', {
    ...{ unit: 'request', per: 10_000, us: '0.0075', eu: '0.0090', source: test, euSource: unread(page) },
  }),
  'cdn.fieldEncryption': cdn('requests with field-level encryption', {
    ...{ unit: 'request', per: 10_000, us: '0.02', source: test },
  }),
  'cdn.logLines': cdn('lines of real-time logs', { unit: 'line', per: million, us: '0.01', source: test }),
  'waf.acl': firewall('web ACL', { unit: 'ACL-month', us: '5', fixed: true, source: aclTest }),
  'waf.rules': firewall('rules and managed groups', { unit: 'rule-month', us: '1', fixed: true, source: aclTest }),
  'waf.requests': firewall('requests', { unit: 'request', per: million, us: '0.60', source: aclTest }),
  'dns.zones': names('hosted zones', {
    ...{ unit: 'zone-month', us: '0.50', fixed: true, source: infracost('aws/route53_zone') },
  }),
  'dns.queries': names('queries, other than of aliases', {
    ...{ unit: 'query', per: million, us: '0.40', source: infracost('aws/route53_record') },
  }),
};
