// Written by hand from the examples of Azure's REST reference: there was no subscription to record from.
import { UnsecuredJWT } from 'jose';
import { describe, expect, it, test } from 'vitest';
import { AzureContext } from '../../../../scripts/operations/doctor/azure/context.ts';
import { azurePlan } from '../../../../scripts/operations/doctor/azure/open.ts';
import type { RunTool } from '../../../../scripts/operations/doctor/cli-token.ts';
import { examineOpened } from '../../../../scripts/operations/doctor/examine.ts';
import { permissionsOf } from '../../../../scripts/operations/doctor/permissions.ts';
import { exitCodeOf } from '../../../../scripts/operations/doctor/present.ts';
import type { RestOptions } from '../../../../scripts/operations/doctor/rest-context.ts';
import { accountNames, appName, resourceProviders, vaultName } from '../../../../stacks/model/clouds/azure-names.ts';
import { stages } from '../../../../stacks/model/stages/stages.ts';
import { notOk } from './aws-scene.ts';
import { listedIn } from './guide.ts';
import { failingTool, noTool, type RestAnswers, restOptions, stubCloud } from './rest-scene.ts';
import { settled } from './settled.ts';
import { stubWeb } from './web-answers.ts';

const token = new UnsecuredJWT({ oid: '0-1-2', upn: 'anna@acme.dev' }).encode();
const signedIn: RunTool = async () => token;
const refuse = (status: number, code: string, message = 'no') => ({ status, body: { error: { code, message } } });
const role = (id: string, scope = '/subscriptions/sub') => ({
  properties: { roleDefinitionId: `/subscriptions/sub/providers/Microsoft.Authorization/roleDefinitions/${id}`, scope },
});
const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const states = (change: Readonly<Record<string, string>> = {}) => ({
  body: {
    value: resourceProviders.map((namespace) => ({ namespace, registrationState: change[namespace] ?? 'Registered' })),
  },
});
const usage = (currentValue: number, limit: number) => ({
  body: { value: [{ name: { value: 'StorageAccounts' }, currentValue, limit }] },
});
const coreUsage = (currentValue: number, limit: number) => ({
  body: { value: [{ name: { value: 'Cores usage in West Europe' }, currentValue, limit }] },
});
const named = (taken: string) => (body: unknown) => ({
  body: { nameAvailable: (body as { name: string }).name !== taken },
});

const ready: RestAnswers = {
  'Microsoft.Web/geoRegions': { body: { value: [{ name: 'North Europe' }, { name: 'West Europe' }] } },
  'Microsoft.Authorization/roleAssignments': { body: { value: [role(owner)] } },
  'Microsoft.Storage/locations/westeurope/usages': usage(18, 250),
  'Microsoft.Web/locations/westeurope/usages': coreUsage(0, 4_000),
  'Microsoft.KeyVault/checkNameAvailability': named('none'),
  'Microsoft.Storage/checkNameAvailability': named('none'),
  'Microsoft.Web/checknameavailability': named('none'),
  '/resourcegroups/': refuse(404, 'ResourceGroupNotFound'),
  '/providers?': states({ 'Microsoft.Cdn': 'NotRegistered' }),
  '/subscriptions/sub?': { body: { displayName: 'Shop', state: 'Enabled' } },
};

interface Scene {
  readonly answers?: RestAnswers;
  readonly variables?: Readonly<Record<string, string>>;
  readonly run?: RunTool;
  readonly options?: Partial<RestOptions>;
}

async function examineAzure({ answers = {}, variables = {}, run = signedIn, options = {} }: Scene = {}) {
  const { asked, web } = stubCloud({ ...answers, ...ready, ...answers }, /^https:\/\/management\.azure\.com/);
  const own = { subscription_id: 'sub', suffix: 'acme1', ...variables };
  const context = new AzureContext({ ...restOptions(web, run, own), ...options });
  const examined = await examineOpened(
    { plan: azurePlan, context, place: async () => 'Azure' },
    { onStep: () => {} },
    5_000,
  );
  return { ...examined, asked };
}

const [account = ''] = accountNames(settled, 'acme1');

const spoiled: readonly (readonly [line: string, what: string, Scene])[] = [
  [
    'placeholders',
    'an example is left',
    { options: { stage: { ...settled, fulfilment: { ...settled.fulfilment, partnerUrl: 'https://a.example' } } } },
  ],
  ['variables', 'the suffix is too long', { variables: { suffix: 'acme12345' } }],
  ['variables', 'the secret is short', { variables: { origin_secret: 'short' } }],
  ['variables', "the partner's secret is short", { variables: { partner_secret: 'a-secret-of-24-characters' } }],
  ['credentials', 'az is not installed', { run: noTool }],
  ['credentials', 'nobody is signed in', { run: failingTool("ERROR: Please run 'az login' to setup account.") }],
  [
    'credentials',
    'the token expired',
    { answers: { '/subscriptions/sub?': refuse(401, 'ExpiredAuthenticationToken') } },
  ],
  [
    'credentials',
    'the subscription is not theirs',
    { answers: { '/subscriptions/sub?': refuse(404, 'SubscriptionNotFound') } },
  ],
  [
    'credentials',
    'the subscription is disabled',
    { answers: { '/subscriptions/sub?': { body: { displayName: 'Shop', state: 'Disabled' } } } },
  ],
  ['credentials', 'it is another subscription', { options: { account: 'other' } }],
  [
    'region',
    'it has no Flex Consumption',
    { answers: { 'Microsoft.Web/geoRegions': { body: { value: [{ name: 'North Europe' }] } } } },
  ],
  [
    'roles',
    'they are a contributor only',
    { answers: { 'Microsoft.Authorization/roleAssignments': { body: { value: [role(contributor)] } } } },
  ],
  [
    'roles',
    'they own a group only',
    {
      answers: {
        'Microsoft.Authorization/roleAssignments': {
          body: { value: [role(owner, '/subscriptions/sub/resourceGroups/x')] },
        },
      },
    },
  ],
  [
    'resource-providers',
    'one is being unregistered',
    { answers: { '/providers?': states({ 'Microsoft.Web': 'Unregistering' }) } },
  ],
  ['resource-providers', 'none is known', { answers: { '/providers?': { body: { value: [] } } } }],
  [
    'storage-accounts',
    'others have them',
    { answers: { 'Microsoft.Storage/locations/westeurope/usages': usage(242, 250) } },
  ],
  ['group-free', 'an earlier deploy left it', { answers: { '/resourcegroups/': { body: { name: 'x' } } } }],
  ['names-free', 'somebody has an account', { answers: { 'Microsoft.Storage/checkNameAvailability': named(account) } }],
  [
    'names-free',
    'somebody has an app',
    { answers: { 'Microsoft.Web/checknameavailability': named(appName(settled, 'acme1', 'catalog')) } },
  ],
  [
    'names-free',
    'somebody has a vault, or a deleted one keeps its name',
    { answers: { 'Microsoft.KeyVault/checkNameAvailability': named(vaultName(settled, 'acme1')) } },
  ],
  [
    'flex-cores',
    'others have them',
    { answers: { 'Microsoft.Web/locations/westeurope/usages': coreUsage(3_999, 4_000) } },
  ],
  ['issuer', 'it does not answer', { variables: { oidc_issuer: 'https://nobody.acme.dev' } }],
];

describe('a subscription', () => {
  it('is green when it is ready', async () => {
    const { lines, asked } = await examineAzure();
    expect(notOk(lines)).toEqual([]);
    expect(exitCodeOf(lines)).toBe(0);
    expect(asked.filter(({ method, url }) => method !== 'GET' && !/nameavailability/i.test(url))).toEqual([]);
  });

  it('is green for dev, which has no domain, when it is ready', async () => {
    const { lines } = await examineAzure({ options: { stage: stages.dev } });
    expect(notOk(lines)).toEqual([]);
  });

  it.each(spoiled)('fails in %s alone, if %s', async (line, _, scene) => {
    const { lines } = await examineAzure(scene);
    expect(notOk(lines.filter(({ found }) => found !== 'not checked'))).toEqual([`${line} failed`]);
    expect(lines.find(({ check }) => check === line)?.action).not.toBe('');
    expect(exitCodeOf(lines)).toBe(1);
  });

  it('fails in domain alone, if the public DNS knows no such zone', async () => {
    const { web } = stubCloud(ready, /^https:\/\/management\.azure\.com/);
    const { resolveNs } = stubWeb({}, {});
    const { lines } = await examineAzure({ options: { web: { ...web, resolveNs } } });
    expect(notOk(lines)).toEqual(['domain failed']);
  });

  test('has a spoiled answer for each check', async () => {
    const { lines } = await examineAzure();
    expect(new Set([...spoiled.map(([line]) => line), 'domain'])).toEqual(new Set(lines.map(({ check }) => check)));
  });

  const parts = {
    'Microsoft.Web/geoRegions/Read': 'Microsoft.Web/geoRegions',
    'Microsoft.Authorization/roleAssignments/read': 'Microsoft.Authorization/roleAssignments',
    'Microsoft.Resources/subscriptions/providers/read': '/providers?',
    'Microsoft.Storage/locations/usages/read': 'Microsoft.Storage/locations/westeurope/usages',
    'Microsoft.Resources/subscriptions/resourceGroups/read': '/resourcegroups/',
    'Microsoft.Web/locations/usages/read': 'Microsoft.Web/locations/westeurope/usages',
    'Microsoft.KeyVault/checkNameAvailability/read': 'Microsoft.KeyVault/checkNameAvailability',
    'Microsoft.Storage/checknameavailability/read': 'Microsoft.Storage/checkNameAvailability',
    'Microsoft.Web/checknameavailability/read': 'Microsoft.Web/checknameavailability',
    'Microsoft.Resources/subscriptions/read': '/subscriptions/sub?',
  } as const;

  it.each(Object.entries(parts))('leaves a line unknown when it denies %s, and names it', async (action, part) => {
    const { lines } = await examineAzure({
      answers: { [part]: refuse(403, 'AuthorizationFailed', 'does not have authorization') },
    });
    const bad = lines.filter(({ status, found }) => status !== 'ok' && found !== 'not checked');
    expect(bad).toMatchObject([{ status: 'unknown', needed: expect.stringContaining(action) }]);
    expect(exitCodeOf(lines)).toBe(1);
  });

  test('is asked for no more than the printed permissions', () => {
    expect(permissionsOf(azurePlan).map(({ action }) => action)).toEqual(
      Object.keys(parts).sort((a, b) => a.localeCompare(b)),
    );
  });

  test('has the permissions in its guide', () => {
    expect(listedIn('azure')).toEqual(permissionsOf(azurePlan).map(({ action }) => action));
  });

  it('leaves a line unknown when it throttles', async () => {
    const { lines } = await examineAzure({ answers: { '/providers?': refuse(429, 'TooManyRequests') } });
    expect(notOk(lines)).toEqual(['resource-providers unknown']);
    expect(lines.find(({ status }) => status === 'unknown')?.found).toMatch(/^throttled/);
  });

  it('leaves a line unknown when it cannot be reached', async () => {
    const web = stubWeb({}, {});
    const down = async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ENOTFOUND' }) });
    };
    const { lines } = await examineAzure({ options: { web: { ...web, fetch: down } } });
    expect(lines.find(({ check }) => check === 'credentials')).toMatchObject({
      status: 'unknown',
      found: /^no answer/,
    });
    expect(exitCodeOf(lines)).toBe(1);
  });
});
