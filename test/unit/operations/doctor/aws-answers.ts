// Written by hand: there was no account to record from. Shapes and error codes are those of the API references that
// each service documents (STS, SSM, S3, CloudFormation, Lambda, DynamoDB, Service Quotas, CloudFront, SES v2, Route 53,
// CloudWatch Logs, Secrets Manager). Values are made up.
import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { bootstrap } from '../../../../stacks/model/needs/aws-quotas.ts';
import type { Seen } from '../../platform/stub.ts';

export const account = '123456789012';
export const nameServers = ['ns-1.awsdns-01.org', 'ns-2.awsdns-02.co.uk'];

export interface Answer {
  readonly status?: number;
  readonly body: string;
  readonly type?: string;
  readonly errorType?: string;
  /** Never answers. */
  readonly hangs?: true;
}

/** By `service.Action`, or `service.Action@region`, which wins. */
export type Answers = Readonly<Record<string, Answer>>;

export const json = (body: unknown): Answer => ({ body: JSON.stringify(body), type: 'application/x-amz-json-1.1' });
export const xml = (body: string): Answer => ({ body: `<?xml version="1.0"?>${body}`, type: 'text/xml' });

const speaksXml = new Set(['sts', 'iam', 'cloudformation', 'cloudfront', 'route53', 's3']);

/** An error in the format of the service's protocol. */
export function refuse(service: string, code: string, message: string, status = 400): Answer {
  if (speaksXml.has(service))
    return {
      ...xml(
        `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
      ),
      status,
    };
  return { ...json({ __type: code, message, Message: message }), status, errorType: code };
}

export const denied = (service: string, action: string): Answer =>
  refuse(
    service,
    speaksXml.has(service) ? 'AccessDenied' : 'AccessDeniedException',
    `User: arn:aws:iam::${account}:user/anna is not authorized to perform: ${action}`,
    403,
  );

const policies = (list: string, summary: string, policy: string, names: readonly string[]): Answer =>
  xml(
    `<${list}><MaxItems>100</MaxItems><Quantity>${names.length}</Quantity><Items>${names
      .map(
        (name, at) =>
          `<${summary}><Type>custom</Type><${policy}><Id>id-${at}</Id><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime><${policy}Config><Name>${name}</Name></${policy}Config></${policy}></${summary}>`,
      )
      .join('')}</Items></${list}>`,
  );

/** The orders table, which is a year old, and its exports: their states and ages in days. */
export function exported(...exports: readonly (readonly [status: string, days: number])[]): Answers {
  const before = (days: number) => Math.floor(Date.now() / 1_000) - days * 86_400;
  const arn = `arn:aws:dynamodb:eu-central-1:${account}:table/orders`;
  const arns = exports.map(([, days]) => `${arn}/export/${before(days)}-a1b2c3d4`);
  const [newest] = exports.toSorted(([, a], [, b]) => a - b);
  return {
    'dynamodb.DescribeTable': json({ Table: { TableArn: arn, CreationDateTime: before(365) } }),
    'dynamodb.ListExports': json({ ExportSummaries: arns.map((ExportArn) => ({ ExportArn })) }),
    'dynamodb.DescribeExport': json({
      ExportDescription: { ExportStatus: newest?.[0], ExportTime: before(newest?.[1] ?? 0) },
    }),
  };
}

export const cachePolicies = (names: readonly string[]): Answer =>
  policies('CachePolicyList', 'CachePolicySummary', 'CachePolicy', names);
export const requestPolicies = (names: readonly string[]): Answer =>
  policies('OriginRequestPolicyList', 'OriginRequestPolicySummary', 'OriginRequestPolicy', names);
export const headersPolicies = (names: readonly string[]): Answer =>
  policies('ResponseHeadersPolicyList', 'ResponseHeadersPolicySummary', 'ResponseHeadersPolicy', names);

export const distributions = (...aliases: readonly string[]): Answer =>
  xml(
    `<DistributionList><Marker></Marker><MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>${aliases.length}</Quantity><Items>${aliases
      .map(
        (alias, at) =>
          `<DistributionSummary><Id>E${at}</Id><Aliases><Quantity>1</Quantity><Items><CNAME>${alias}</CNAME></Items></Aliases></DistributionSummary>`,
      )
      .join('')}</Items></DistributionList>`,
  );

export const zone = ({ name = 'acme.dev.', isPrivate = false } = {}): Answer =>
  xml(
    `<GetHostedZoneResponse><HostedZone><Id>/hostedzone/Z1ACME</Id><Name>${name}</Name><CallerReference>1</CallerReference><Config><PrivateZone>${isPrivate}</PrivateZone></Config></HostedZone><DelegationSet><NameServers>${nameServers
      .map((server) => `<NameServer>${server}</NameServer>`)
      .join('')}</NameServers></DelegationSet></GetHostedZoneResponse>`,
  );

export const records = (...found: readonly (readonly [name: string, type: string])[]): Answer =>
  xml(
    `<ListResourceRecordSetsResponse><ResourceRecordSets>${found
      .map(([name, type]) => `<ResourceRecordSet><Name>${name}</Name><Type>${type}</Type></ResourceRecordSet>`)
      .join(
        '',
      )}</ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>10</MaxItems></ListResourceRecordSetsResponse>`,
  );

export const stack = (state: string, name = 'any'): Answer =>
  xml(
    `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${state}</StackStatus></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  );

export const resources = (...ids: readonly string[]): Answer =>
  xml(
    `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${ids
      .map(
        (id, at) =>
          `<member><LogicalResourceId>R${at}</LogicalResourceId><PhysicalResourceId>${id}</PhysicalResourceId><ResourceType>AWS::Any::Type</ResourceType><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`,
      )
      .join('')}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`,
  );

export const quotas = (...rows: readonly (readonly [code: string, name: string, value: number])[]): Answer =>
  json({ Quotas: rows.map(([QuotaCode, QuotaName, Value]) => ({ QuotaCode, QuotaName, Value })) });

export const edgeQuotas = (change: Readonly<Record<string, number>> = {}): Answer =>
  quotas(
    ['L-24B04930', 'Web distributions per AWS account', change.distributions ?? 200],
    ['L-7D134442', 'Cache policies per AWS account', change.cache ?? 20],
    ['L-00000000', 'Origin request policies per AWS account', change.requests ?? 20],
    ['L-CF0D4FC5', 'Response headers policies per AWS account', change.headers ?? 20],
  );

export const concurrency = (all: number, unreserved = all): Answer =>
  json({ AccountLimit: { ConcurrentExecutions: all, UnreservedConcurrentExecutions: unreserved } });

/** Health checks of an account that may have 200. */
export const healthChecks = (...ids: readonly string[]): Answers => ({
  'route53.GetAccountLimit': xml(
    `<GetAccountLimitResponse><Limit><Type>MAX_HEALTH_CHECKS_BY_OWNER</Type><Value>200</Value></Limit><Count>${ids.length}</Count></GetAccountLimitResponse>`,
  ),
  'route53.ListHealthChecks': xml(
    `<ListHealthChecksResponse><HealthChecks>${ids
      .map((id) => `<HealthCheck><Id>${id}</Id><CallerReference>${id}</CallerReference></HealthCheck>`)
      .join('')}</HealthChecks><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListHealthChecksResponse>`,
  ),
});

export const oidcProviders = (...hosts: readonly string[]): Answers => ({
  'iam.ListOpenIDConnectProviders': xml(
    `<ListOpenIDConnectProvidersResponse><ListOpenIDConnectProvidersResult><OpenIDConnectProviderList>${hosts
      .map((host) => `<member><Arn>arn:aws:iam::${account}:oidc-provider/${host}</Arn></member>`)
      .join('')}</OpenIDConnectProviderList></ListOpenIDConnectProvidersResult></ListOpenIDConnectProvidersResponse>`,
  ),
});

export const units = (change: object = {}): Answer =>
  json({
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
    ...change,
  });

/** A ready account of region eu-central-1, without anything of the stage. */
export const ready: Answers = {
  'sts.GetCallerIdentity': xml(
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/anna</Arn><UserId>AIDA</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  ),
  'ssm.GetParameter': json({ Parameter: { Name: bootstrap.parameter, Type: 'String', Value: '30', Version: 1 } }),
  's3.HeadBucket': { body: '' },
  'cloudformation.DescribeStacks': refuse('cloudformation', 'ValidationError', 'Stack with id any does not exist'),
  'cloudformation.ListStackResources': resources(),
  'lambda.GetAccountSettings': concurrency(1_000),
  'servicequotas.ListServiceQuotas apigateway': quotas(['L-8A5B8E43', 'Throttle rate', 10_000]),
  'servicequotas.ListServiceQuotas dynamodb': quotas(['L-F98FE922', 'Maximum number of tables', 2_500]),
  'servicequotas.ListServiceQuotas cloudfront': edgeQuotas(),
  'dynamodb.ListTables': json({ TableNames: ['another'] }),
  ...exported(['COMPLETED', 5]),
  'dynamodb.DescribeLimits': units(),
  'cloudfront.ListCachePolicies': cachePolicies(['another']),
  'cloudfront.ListOriginRequestPolicies': requestPolicies([]),
  'cloudfront.ListResponseHeadersPolicies': headersPolicies([]),
  'cloudfront.ListDistributions': distributions('other.acme.dev'),
  'ses.GetAccount': json({ ProductionAccessEnabled: true, SendingEnabled: true, SendQuota: { Max24HourSend: 50_000 } }),
  'ses.GetEmailIdentity': json({ VerifiedForSendingStatus: true, VerificationStatus: 'SUCCESS' }),
  'route53.GetHostedZone': zone(),
  'route53.ListResourceRecordSets': records(['z.acme.dev.', 'A']),
  ...healthChecks('another'),
  ...oidcProviders('issuer.acme.dev'),
  'logs.DescribeLogGroups': json({ logGroups: [{ logGroupName: '/aws/lambda/another' }] }),
  'secretsmanager.DescribeSecret': refuse(
    'secretsmanager',
    'ResourceNotFoundException',
    "Secrets Manager can't find the specified secret.",
  ),
};

/** Service, region and action of a signed request. */
export function toAction({ method, url, headers, body }: Seen): { service: string; region: string; action: string } {
  const [, region = '', service = ''] =
    /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const target = headers['x-amz-target'];
  const action =
    (typeof target === 'string' ? target.split('.').at(-1) : undefined) ??
    new URLSearchParams(body).get('Action') ??
    byPath(service, method, url);
  const suffix = action === 'ListServiceQuotas' ? ` ${(JSON.parse(body) as { ServiceCode: string }).ServiceCode}` : '';
  return { service, region, action: `${action}${suffix}` };
}

const paths: readonly (readonly [RegExp, string])[] = [
  [/cache-policy/, 'ListCachePolicies'],
  [/origin-request-policy/, 'ListOriginRequestPolicies'],
  [/response-headers-policy/, 'ListResponseHeadersPolicies'],
  [/\/distribution/, 'ListDistributions'],
  [/rrset/, 'ListResourceRecordSets'],
  [/hostedzone/, 'GetHostedZone'],
  [/accountlimit/, 'GetAccountLimit'],
  [/healthcheck/, 'ListHealthChecks'],
  [/account-settings/, 'GetAccountSettings'],
  [/email\/account/, 'GetAccount'],
  [/email\/identities/, 'GetEmailIdentity'],
];

function byPath(service: string, method: string, url: string): string {
  if (service === 's3') return `${method === 'HEAD' ? 'HeadBucket' : method}`;
  return paths.find(([path]) => path.test(url))?.[1] ?? `${method} ${url}`;
}

/** Answers like AWS, and fails the test at a call without an answer. */
export function answerWith(answers: Answers) {
  return (seen: Seen, response: ServerResponse): void => {
    const { service, region, action } = toAction(seen);
    const answer = answers[`${service}.${action}@${region}`] ?? answers[`${service}.${action}`];
    expect(answer, `${service}.${action}@${region}`).toBeDefined();
    if (!answer || answer.hangs) return;
    const { status = 200, type = 'text/plain', errorType, body } = answer;
    response.writeHead(status, { 'content-type': type, ...(errorType && { 'x-amzn-errortype': errorType }) });
    response.end(seen.method === 'HEAD' ? undefined : body);
  };
}
