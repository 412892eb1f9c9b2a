import { describe, expect, it, test } from 'vitest';
import { exitCodeOf } from '../../../../scripts/operations/doctor/present.ts';

import {
  edgePolicyNames,
  fixedLogGroups,
  fixedSecrets,
  fixedTables,
} from '../../../../stacks/model/needs/fixed-names.ts';
import { stages } from '../../../../stacks/model/stages/stages.ts';
import {
  account,
  cachePolicies,
  distributions,
  edgeQuotas,
  exported,
  healthChecks,
  json,
  oidcProviders,
  records,
  refuse,
  resources,
  stack,
  toAction,
} from './aws-answers.ts';
import { examineAws, homeRegion, notOk } from './aws-scene.ts';
import { spoiled } from './aws-spoiled.ts';
import { external, settled } from './settled.ts';

const region = homeRegion;

describe('a ready account', () => {
  it.each([
    ['with a user pool', settled, ['issuer']],
    ['with an issuer of its own', external, ['ses-account', 'ses-identity']],
  ])('%s is green', async (_, stage, unneeded) => {
    const { lines } = await examineAws({ options: { stage } });
    expect(notOk(lines)).toEqual([]);
    expect(lines.filter(({ status }) => status === 'not needed').map(({ check }) => check)).toEqual(unneeded);
    expect(exitCodeOf(lines)).toBe(0);
  });

  it('is green for dev, which needs nothing set', async () => {
    const { lines } = await examineAws({ options: { stage: stages.dev } });
    expect(notOk(lines)).toEqual([]);
  });

  it('needs no export of orders before there are any', async () => {
    const answers = { 'dynamodb.DescribeTable': refuse('dynamodb', 'ResourceNotFoundException', 'no such table') };
    const { lines } = await examineAws({ answers });
    expect(notOk(lines)).toEqual([]);
    expect(lines.find(({ check }) => check === 'orders-export')?.status).toBe('not needed');
  });

  it('is green after the deploy, whose own resources are no conflict', async () => {
    const arn = (name: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}-AbCdEf`;
    const { cache } = edgePolicyNames(settled, region);
    const own = [...fixedTables(settled), ...fixedLogGroups(settled, region).map(({ name }) => name)];
    const { lines } = await examineAws({
      answers: {
        'cloudformation.DescribeStacks': stack('UPDATE_COMPLETE'),
        'cloudformation.ListStackResources': resources(
          ...[...own, ...fixedSecrets(settled).map(arn), ...cache.map((_, at) => `id-${at}`), 'E0', 'shop.acme.dev'],
        ),
        ...exported(['COMPLETED', 59]),
        'dynamodb.ListTables': json({ TableNames: fixedTables(settled) }),
        'logs.DescribeLogGroups': json({ logGroups: own.map((logGroupName) => ({ logGroupName })) }),
        'secretsmanager.DescribeSecret': json({ ARN: arn(fixedSecrets(settled)[0] ?? '') }),
        'cloudfront.ListCachePolicies': cachePolicies(cache),
        'cloudfront.ListDistributions': distributions('shop.acme.dev'),
        'route53.ListResourceRecordSets': records(['shop.acme.dev.', 'A'], ['shop.acme.dev.', 'AAAA']),
        'servicequotas.ListServiceQuotas cloudfront': edgeQuotas({ cache: cache.length, distributions: 1 }),
      },
    });
    expect(notOk(lines)).toEqual([]);
  });

  it.each(['ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS'])(
    'is green after a first deploy that ended as %s',
    async (state) => {
      const { lines } = await examineAws({ answers: { 'cloudformation.DescribeStacks': stack(state) } });
      expect(notOk(lines)).toEqual([]);
      expect(lines.find(({ check }) => check === 'stacks')?.found).toMatch(/first deploy/);
    },
  );

  it('is asked for the quotas of CloudFront in us-east-1, and for all others where the stage is', async () => {
    const { seen } = await examineAws();
    const asked = seen.map(toAction).filter(({ service }) => service === 'servicequotas');
    expect(new Map(asked.map(({ action, region: place }) => [action.split(' ')[1], place]))).toEqual(
      new Map([
        ['apigateway', region],
        ['dynamodb', region],
        ['cloudfront', 'us-east-1'],
      ]),
    );
  });

  it('needs no bootstrap and no stacks for Terraform, and reports existing tables as taken', async () => {
    const options = { iac: 'terraform' } as const;
    const free = await examineAws({ options });
    expect(notOk(free.lines)).toEqual([]);
    const unneeded = free.lines.filter(({ status }) => status === 'not needed').map(({ check }) => check);
    expect(unneeded).toEqual(['bootstrap eu-central-1', 'bootstrap us-east-1', 'stacks', 'issuer']);
    const answers = { 'dynamodb.ListTables': json({ TableNames: fixedTables(settled) }) };
    expect(notOk((await examineAws({ options, answers })).lines)).toEqual(['tables-free failed']);
  });

  it.each([
    ['is red when others have all health checks', 'others', ['health-checks failed']],
    ['is green when the last one is the own', 'own', []],
  ])('in two regions %s', async (_, last, red) => {
    const stage = { ...settled, name: 'twin', regions: [region, 'us-west-2'] };
    const ids = [...Array.from({ length: 199 }, (_, at) => `other-${at}`), last];
    const answers = {
      ...healthChecks(...ids),
      'cloudformation.DescribeStacks': stack('UPDATE_COMPLETE'),
      'cloudformation.ListStackResources': resources('own'),
    };
    const { lines } = await examineAws({ options: { stage }, answers });
    expect(notOk(lines)).toEqual(red);
    expect(lines.find(({ check }) => check === 'health-checks')?.found).toMatch(/^200 health checks/);
  });

  const github = 'token.actions.githubusercontent.com';
  const githubArn = `arn:aws:iam::${account}:oidc-provider/${github}`;
  it.each<[string, boolean, string[], string[], string[]]>([
    ['creates one that does not exist', true, [], [], []],
    ['has created it', true, [github], [githubArn], []],
    ["would create one that another stage's stack holds", true, [github], [], ['github-provider failed']],
    ['uses one that another stage created', false, [github], [], []],
    ['uses one that no stage created', false, [], [], ['github-provider failed']],
  ])('is judged by its identity provider: the deploy role %s', async (_, createsProvider, there, own, red) => {
    const stage = { ...settled, deploy: { repository: 'acme/shop', environment: 'prod', createsProvider } };
    const answers = {
      ...oidcProviders('issuer.acme.dev', ...there),
      'cloudformation.DescribeStacks': stack('UPDATE_COMPLETE'),
      'cloudformation.ListStackResources': resources(...own),
    };
    expect(notOk((await examineAws({ options: { stage }, answers })).lines)).toEqual(red);
  });

  it('only gets calls that read', async () => {
    const { seen } = await examineAws();
    expect(seen.map(toAction).filter(({ action }) => !/^(Get|List|Describe|Head)/.test(action))).toEqual([]);
  });
});

describe('exactly one line fails, and says what to do', () => {
  it.each(spoiled)('%s: %s', async (line, _, scene) => {
    const { lines } = await examineAws(scene);
    expect(notOk(lines.filter(({ found }) => found !== 'not checked'))).toEqual([`${line} failed`]);
    expect(lines.find(({ check }) => check === line)?.action).not.toBe('');
    expect(exitCodeOf(lines)).toBe(1);
  });

  test('for each check', async () => {
    const { lines } = await examineAws();
    expect(new Set(spoiled.map(([line]) => line))).toEqual(new Set(lines.map(({ check }) => check)));
  });
});
