import { neededConcurrency } from '../../../../scripts/operations/doctor/aws/quotas.ts';

import { neededApiRate } from '../../../../stacks/model/checks/check-account.ts';
import { bootstrap } from '../../../../stacks/model/needs/aws-quotas.ts';
import { edgePolicyNames, fixedLogGroups, fixedTables } from '../../../../stacks/model/needs/fixed-names.ts';
import {
  cachePolicies,
  concurrency,
  distributions,
  edgeQuotas,
  exported,
  headersPolicies,
  json,
  nameServers,
  quotas,
  records,
  refuse,
  requestPolicies,
  stack,
  units,
  zone,
} from './aws-answers.ts';
import { homeRegion, type Scene } from './aws-scene.ts';
import { external, issuerUrl, settled } from './settled.ts';
import { issuerAnswers, stubWeb } from './web-answers.ts';

const region = homeRegion;
const { cache, requests, headers } = edgePolicyNames(settled, region);
const rate = neededApiRate(settled);
const needed = neededConcurrency(settled);
const [table = ''] = fixedTables(settled);
const [group] = fixedLogGroups(settled, region);

/** Changes that make exactly one line fail. */
export const spoiled: readonly (readonly [line: string, what: string, Scene])[] = [
  ['placeholders', 'an example is left', { options: { stage: { ...settled, corsOrigins: ['https://a.example'] } } }],
  ['region', 'the environment is elsewhere', { options: { given: 'eu-west-1' } }],
  ['region', 'the environment names none', { options: { given: undefined } }],
  ['credentials', 'it is another account', { options: { account: '999999999999' } }],
  [
    'bootstrap eu-central-1',
    'it is not bootstrapped',
    { answers: { [`ssm.GetParameter@${region}`]: refuse('ssm', 'ParameterNotFound', 'none') } },
  ],
  [
    'bootstrap us-east-1',
    'it is not bootstrapped',
    { answers: { 'ssm.GetParameter@us-east-1': refuse('ssm', 'ParameterNotFound', 'none') } },
  ],
  [
    'bootstrap eu-central-1',
    'it is too old',
    { answers: { [`ssm.GetParameter@${region}`]: json({ Parameter: { Value: String(bootstrap.version - 1) } }) } },
  ],
  [
    'bootstrap eu-central-1',
    'its version is no number',
    { answers: { [`ssm.GetParameter@${region}`]: json({ Parameter: { Value: 'new' } }) } },
  ],
  [
    'bootstrap eu-central-1',
    'its bucket was deleted',
    { answers: { [`s3.HeadBucket@${region}`]: { status: 404, body: '' } } },
  ],
  [
    'stacks',
    'a deploy is under way',
    { answers: { 'cloudformation.DescribeStacks@us-east-1': stack('CREATE_IN_PROGRESS') } },
  ],
  [
    'stacks',
    'one could not be deleted',
    { answers: { 'cloudformation.DescribeStacks@us-east-1': stack('DELETE_FAILED') } },
  ],
  [
    'stacks',
    'one could not be rolled back',
    { answers: { 'cloudformation.DescribeStacks@us-east-1': stack('UPDATE_ROLLBACK_FAILED') } },
  ],
  ['lambda-concurrency', 'the account is new', { answers: { 'lambda.GetAccountSettings': concurrency(10) } }],
  [
    'lambda-concurrency',
    'one environment is missing',
    { answers: { 'lambda.GetAccountSettings': concurrency(needed - 1) } },
  ],
  [
    'lambda-concurrency',
    'others have reserved it',
    { answers: { 'lambda.GetAccountSettings': concurrency(1_000, needed - 1) } },
  ],
  [
    'api-rate',
    'the region grants less',
    { answers: { 'servicequotas.ListServiceQuotas apigateway': quotas(['L-8A5B8E43', 'Throttle rate', rate - 1]) } },
  ],
  [
    'dynamodb-tables',
    'others have them',
    { answers: { 'servicequotas.ListServiceQuotas dynamodb': quotas(['L-F98FE922', 'Maximum number of tables', 5]) } },
  ],
  [
    'dynamodb-units',
    'a table may read less',
    { answers: { 'dynamodb.DescribeLimits': units({ TableMaxReadCapacityUnits: 19_999 }) } },
  ],
  [
    'dynamodb-units',
    'a table may write less',
    { answers: { 'dynamodb.DescribeLimits': units({ TableMaxWriteCapacityUnits: 15_999 }) } },
  ],
  [
    'cache-policies',
    'others have them',
    {
      answers: { 'cloudfront.ListCachePolicies': cachePolicies(Array.from({ length: 17 }, (_, at) => `other-${at}`)) },
    },
  ],
  [
    'cache-policies',
    'one has a name of the stage',
    { answers: { 'cloudfront.ListCachePolicies': cachePolicies(cache.slice(0, 1)) } },
  ],
  [
    'request-policies',
    'others have them',
    { answers: { 'servicequotas.ListServiceQuotas cloudfront': edgeQuotas({ requests: requests.length - 1 }) } },
  ],
  [
    'request-policies',
    'one has a name of the stage',
    { answers: { 'cloudfront.ListOriginRequestPolicies': requestPolicies(requests.slice(0, 1)) } },
  ],
  [
    'headers-policies',
    'others have them',
    { answers: { 'servicequotas.ListServiceQuotas cloudfront': edgeQuotas({ headers: headers.length - 1 }) } },
  ],
  [
    'headers-policies',
    'one has a name of the stage',
    { answers: { 'cloudfront.ListResponseHeadersPolicies': headersPolicies(headers.slice(0, 1)) } },
  ],
  [
    'distributions',
    'others have them',
    { answers: { 'servicequotas.ListServiceQuotas cloudfront': edgeQuotas({ distributions: 1 }) } },
  ],
  [
    'ses-account',
    'it is in the sandbox',
    { answers: { 'ses.GetAccount': json({ ProductionAccessEnabled: false, SendingEnabled: true }) } },
  ],
  [
    'ses-account',
    'sending is paused',
    { answers: { 'ses.GetAccount': json({ ProductionAccessEnabled: true, SendingEnabled: false }) } },
  ],
  [
    'ses-identity',
    'nobody made it',
    { answers: { 'ses.GetEmailIdentity': refuse('ses', 'NotFoundException', 'none', 404) } },
  ],
  [
    'ses-identity',
    'it is not verified',
    { answers: { 'ses.GetEmailIdentity': json({ VerifiedForSendingStatus: false, VerificationStatus: 'PENDING' }) } },
  ],
  [
    'hosted-zone',
    'it is of another account',
    { answers: { 'route53.GetHostedZone': refuse('route53', 'NoSuchHostedZone', 'none', 404) } },
  ],
  ['hosted-zone', 'it is of another name', { answers: { 'route53.GetHostedZone': zone({ name: 'cme.dev.' }) } }],
  ['hosted-zone', 'it is private', { answers: { 'route53.GetHostedZone': zone({ isPrivate: true }) } }],
  ['hosted-zone', 'the public DNS knows none', { options: { web: stubWeb(issuerAnswers(), {}) } }],
  [
    'hosted-zone',
    'the public DNS has other servers',
    { options: { web: stubWeb(issuerAnswers(), { 'acme.dev': ['ns.registrar.example'] }) } },
  ],
  [
    'domain-free',
    'a record has the name',
    { answers: { 'route53.ListResourceRecordSets': records(['shop.acme.dev.', 'CNAME']) } },
  ],
  [
    'domain-free',
    'a distribution has the name',
    { answers: { 'cloudfront.ListDistributions': distributions('shop.acme.dev') } },
  ],
  ['issuer', 'it does not answer', { options: { stage: external, web: stubWeb({}, { 'acme.dev': nameServers }) } }],
  [
    'issuer',
    'it calls itself by another name',
    {
      options: {
        stage: external,
        web: stubWeb(issuerAnswers({ issuer: `${issuerUrl}/` }), { 'acme.dev': nameServers }),
      },
    },
  ],
  [
    'issuer',
    'it signs otherwise',
    {
      options: {
        stage: external,
        web: stubWeb(issuerAnswers({ id_token_signing_alg_values_supported: ['ES256'] }), { 'acme.dev': nameServers }),
      },
    },
  ],
  ['orders-export', 'there was never one', { answers: exported() }],
  ['orders-export', 'the newest failed', { answers: exported(['FAILED', 3]) }],
  ['orders-export', 'the newest is too old', { answers: exported(['COMPLETED', 60]) }],
  ['tables-free', 'an earlier deploy left one', { answers: { 'dynamodb.ListTables': json({ TableNames: [table] }) } }],
  [
    'log-groups-free',
    'an earlier deploy left one',
    { answers: { 'logs.DescribeLogGroups': json({ logGroups: [{ logGroupName: group?.name }] }) } },
  ],
  [
    'secrets-free',
    'one is scheduled for deletion',
    { answers: { 'secretsmanager.DescribeSecret': json({ ARN: 'arn', DeletedDate: 1_790_000_000 }) } },
  ],
  ['secrets-free', 'somebody made one', { answers: { 'secretsmanager.DescribeSecret': json({ ARN: 'arn' }) } }],
];
