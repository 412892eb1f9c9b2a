import { describe, expect, it } from 'vitest';
import type { AwsOptions } from '../../../../scripts/operations/doctor/aws/context.ts';
import { neededConcurrency } from '../../../../scripts/operations/doctor/aws/quotas.ts';
import { permissionsOf, toIamPolicy } from '../../../../scripts/operations/doctor/permissions.ts';
import { exitCodeOf } from '../../../../scripts/operations/doctor/present.ts';
import { stages } from '../../../../stacks/model/stages/stages.ts';
import { type Answer, type Answers, denied, quotas, ready, refuse, stack, toAction } from './aws-answers.ts';
import { buildScene, examineAws, notOk } from './aws-scene.ts';
import { listedIn, readGuide } from './guide.ts';

/** IAM's name of the permission that a request needs. */
const toPermission = (call: string): string =>
  call.replace('s3.HeadBucket', 's3.ListBucket').replace('.', ':').split(' ')[0] ?? '';

/** This answer for each recorded request that needs the permission. */
const change = (permission: string, answer: Answer): Answers =>
  Object.fromEntries(
    Object.keys(ready)
      .filter((call) => toPermission(call) === permission)
      .map((call) => [call, answer]),
  );

const { plan } = buildScene('http://127.0.0.1:9');
const permissions = permissionsOf(plan);
const checks = [...plan.first, ...plan.gates, ...plan.rest];

describe('a permission that is missing', () => {
  it('is one of those that the checks list, and nothing else is called', async () => {
    const { seen } = await examineAws();
    const called = new Set(seen.map(toAction).map(({ service, action }) => toPermission(`${service}.${action}`)));
    expect([...called].filter((one) => !permissions.some(({ action }) => action === one))).toEqual([]);
  });

  // `sts:GetCallerIdentity` needs no permission.
  it.each(permissions.map(({ action }) => action).filter((action) => !action.startsWith('sts:')))(
    '%s makes only its own lines unknown, and they name it',
    async (action) => {
      const [service = '', name = ''] = action.split(':');
      const deployed = { 'cloudformation.DescribeStacks': stack('UPDATE_COMPLETE') };
      const answers = { ...deployed, ...change(action, denied(service, `${service}:${name}`)) };
      const { lines } = await examineAws({ answers });
      const bad = lines.filter(({ status }) => status !== 'ok' && status !== 'not needed');
      const owners = checks
        .filter((check) => check.permissions.some((one) => one.action === action))
        .map(({ name }) => name);
      expect(bad.length).toBeGreaterThan(0);
      for (const line of bad) {
        expect(owners).toContain(line.check);
        expect(line).toMatchObject({
          status: 'unknown',
          needed: expect.stringContaining(action),
          action: expect.stringContaining('--permissions'),
        });
      }
      expect(exitCodeOf(lines)).toBe(1);
    },
  );

  it('is in the guide', () => {
    expect(listedIn('aws')).toEqual(permissions.map(({ action }) => action));
  });

  it('is in the printed policy, which only reads', () => {
    const { Statement } = toIamPolicy(permissions);
    const actions = Statement.flatMap(({ Action }) => Action);
    expect(new Set(actions)).toEqual(new Set(permissions.map(({ action }) => action)));
    expect(actions.filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual([]);
  });
});

type Credentials = AwsOptions['config']['credentials'];

/** The SDK's own provider chain, which finds no credentials. */
const noCredentials = (async () => {
  throw Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' });
}) as unknown as NonNullable<Credentials>;

describe('credentials that do not work fail their line, and nothing else is called', () => {
  it.each<[string, Answer]>([
    ['expired', refuse('sts', 'ExpiredToken', 'The security token included in the request is expired', 403)],
    ['unknown', refuse('sts', 'InvalidClientTokenId', 'The security token included in the request is invalid', 403)],
  ])('%s', async (_, answer) => {
    const { lines, seen: calls } = await examineAws({ answers: { 'sts.GetCallerIdentity': answer } });
    expect(lines.find(({ check }) => check === 'credentials')).toMatchObject({
      status: 'failed',
      action: /Set the keys/,
    });
    expect(new Set(calls.map(toAction).map(({ service }) => service))).toEqual(new Set(['sts']));
    expect(exitCodeOf(lines)).toBe(1);
  });

  it('missing', async () => {
    const config = { endpoint: 'http://127.0.0.1:9', credentials: noCredentials };
    const { lines, place } = await examineAws({ options: { config } });
    expect(lines.find(({ check }) => check === 'credentials')).toMatchObject({
      status: 'failed',
      found: /^none/,
      action: /./,
    });
    expect(place).toContain('an unknown account');
    expect(exitCodeOf(lines)).toBe(1);
  });
});

it('a missing region fails its line, and nothing of the stage is called', async () => {
  const { lines, seen } = await examineAws({ options: { stage: stages.dev, given: undefined } });
  expect(lines.filter(({ found }) => found !== 'not checked').map(({ check, status }) => `${check} ${status}`)).toEqual(
    ['placeholders ok', 'region failed'],
  );
  // The verdict names the account, if it can.
  expect(seen.map(toAction).filter(({ service }) => service !== 'sts')).toEqual([]);
  expect(exitCodeOf(lines)).toBe(1);
});

describe('an answer that proves nothing', () => {
  it.each<[what: string, line: string, found: RegExp, Answers]>([
    [
      'a throttle',
      'lambda-concurrency',
      /^throttled/,
      { 'lambda.GetAccountSettings': refuse('lambda', 'TooManyRequestsException', 'Rate exceeded', 429) },
    ],
    [
      'a token that expires meanwhile',
      'hosted-zone',
      /^credentials refused/,
      { 'route53.GetHostedZone': refuse('route53', 'ExpiredToken', 'expired', 403) },
    ],
    [
      'an outage',
      'dynamodb-units',
      /^error/,
      { 'dynamodb.DescribeLimits': refuse('dynamodb', 'InternalServerError', 'sorry', 500) },
    ],
    ['a quota that is not listed', 'api-rate', /lists no/, { 'servicequotas.ListServiceQuotas apigateway': quotas() }],
    [
      'no number',
      'lambda-concurrency',
      /no number/,
      { 'lambda.GetAccountSettings': { body: '{}', type: 'application/json' } },
    ],
    ['silence', 'ses-account', /^no answer: .*none within/, { 'ses.GetAccount': { body: '', hangs: true } }],
  ])('%s makes its line unknown, and the verdict red', async (what, line, found, answers) => {
    const { lines } = await examineAws({ answers, timeoutMs: what === 'silence' ? 1_500 : 10_000 });
    expect(notOk(lines)).toEqual([`${line} unknown`]);
    expect(lines.find(({ check }) => check === line)).toMatchObject({ found, action: /./ });
    expect(exitCodeOf(lines)).toBe(1);
  });

  it('from a DNS that does not answer makes the zone unknown', async () => {
    const { web } = buildScene('http://127.0.0.1:9').context;
    const resolveNs = async (): Promise<string[]> => {
      throw Object.assign(new Error('queryNs ETIMEOUT acme.dev'), { code: 'ETIMEOUT' });
    };
    const { lines } = await examineAws({ options: { web: { ...web, resolveNs } } });
    expect(notOk(lines)).toEqual(['hosted-zone unknown']);
    expect(lines.find(({ check }) => check === 'hosted-zone')?.found).toMatch(/^no answer/);
  });

  it('ends soon where nothing listens', async () => {
    const config = { endpoint: 'http://127.0.0.1:9', credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' } };
    const { lines } = await examineAws({ options: { config } });
    expect(lines.find(({ check }) => check === 'credentials')).toMatchObject({
      status: 'unknown',
      found: /ECONNREFUSED/,
    });
    expect(exitCodeOf(lines)).toBe(1);
  });
});

describe('an emulator', () => {
  it('has no quotas, and says so', async () => {
    const { lines } = await examineAws({
      options: { engine: 'ministack' },
      answers: { 'ssm.GetParameter': refuse('ssm', 'ParameterNotFound', 'none') },
    });
    expect(notOk(lines)).toEqual([]);
    const unneeded = lines.filter(({ status }) => status === 'not needed');
    expect(unneeded.map(({ check }) => check)).toContain('api-rate');
    for (const { needed } of unneeded) expect(needed).not.toBe('');
  });
});

it.each([
  ['dev', 19],
  ['prod', 889],
] as const)('%s needs %i environments, as the guide says', (name, environments) => {
  expect(neededConcurrency(stages[name])).toBe(environments);
  expect(readGuide('aws').replaceAll('\n', ' ')).toMatch(new RegExp(`\`${name}\` (needs )? *${environments}`));
});
