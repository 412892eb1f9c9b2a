// Written by hand from Google's REST reference and its error model (AIP-193): there was no project to record from.
import { describe, expect, it, test } from 'vitest';
import type { RunTool } from '../../../../scripts/operations/doctor/cli-token.ts';
import { examineOpened } from '../../../../scripts/operations/doctor/examine.ts';
import { GoogleContext } from '../../../../scripts/operations/doctor/google/context.ts';
import { googlePlan } from '../../../../scripts/operations/doctor/google/open.ts';
import { permissionsOf } from '../../../../scripts/operations/doctor/permissions.ts';
import { exitCodeOf } from '../../../../scripts/operations/doctor/present.ts';
import type { RestOptions } from '../../../../scripts/operations/doctor/rest-context.ts';
import { apisOf, foundationApis } from '../../../../stacks/model/clouds/google-apis.ts';
import { cpuQuota, toGoogleScaling } from '../../../../stacks/model/clouds/google-scaling.ts';
import { cloudServices } from '../../../../stacks/model/clouds/scaling.ts';
import { stages } from '../../../../stacks/model/stages/stages.ts';
import { notOk } from './aws-scene.ts';
import { listedIn } from './guide.ts';
import { failingTool, noTool, type RestAnswers, restOptions, stubCloud } from './rest-scene.ts';
import { settled } from './settled.ts';

const signedIn: RunTool = async () => 'ya29.token';
const refuse = (code: number, status: string, reason?: string) => ({
  status: code,
  body: {
    error: { code, status, message: 'no', details: reason === undefined ? [] : [{ '@type': 'ErrorInfo', reason }] },
  },
});
const denied = refuse(403, 'PERMISSION_DENIED', 'IAM_PERMISSION_DENIED');
const missing = refuse(404, 'NOT_FOUND');
const enabled = (...names: readonly string[]) => ({
  body: { services: names.map((name) => ({ config: { name: `${name}.googleapis.com` }, state: 'ENABLED' })) },
});
const vcpu = (thousandths: string, region = 'europe-west1') => ({
  body: {
    dimensionsInfos: [
      { dimensions: { region: 'us-central1' }, details: { value: '1000' }, applicableLocations: ['us-central1'] },
      { dimensions: { region }, details: { value: thousandths }, applicableLocations: [region] },
    ],
  },
});

const ready: RestAnswers = {
  'oauth2.googleapis.com/tokeninfo': { body: { email: 'anna@acme.dev', expires_in: '3000' } },
  ':testIamPermissions': (body) => ({ body: { permissions: (body as { permissions: string[] }).permissions } }),
  'cloudresourcemanager.googleapis.com/v3/projects/acme-shop': { body: { state: 'ACTIVE', displayName: 'Shop' } },
  'cloudbilling.googleapis.com': { body: { billingEnabled: true } },
  'serviceusage.googleapis.com': enabled(...foundationApis, 'run'),
  'cloudquotas.googleapis.com': vcpu(String(cpuQuota.value * 1_000)),
  'firestore.googleapis.com': refuse(403, 'PERMISSION_DENIED', 'SERVICE_DISABLED'),
  'storage.googleapis.com': missing,
};

interface Scene {
  readonly answers?: RestAnswers;
  readonly variables?: Readonly<Record<string, string>>;
  readonly run?: RunTool;
  readonly options?: Partial<RestOptions>;
}

async function examineGoogle({ answers = {}, variables = {}, run = signedIn, options = {} }: Scene = {}) {
  const { asked, web } = stubCloud({ ...ready, ...answers }, /googleapis\.com/);
  const context = new GoogleContext({ ...restOptions(web, run, { project: 'acme-shop', ...variables }), ...options });
  const examined = await examineOpened(
    { plan: googlePlan, context, place: async () => 'Google' },
    { onStep: () => {} },
    5_000,
  );
  return { ...examined, asked };
}

const spoiled: readonly (readonly [line: string, what: string, Scene])[] = [
  [
    'placeholders',
    'an example is left',
    { options: { stage: { ...settled, fulfilment: { ...settled.fulfilment, partnerUrl: 'https://a.example' } } } },
  ],
  ['variables', 'the secret is missing', { variables: { origin_secret: '' } }],
  ['variables', "the partner's secret is short", { variables: { partner_secret: 'a-secret-of-24-characters' } }],
  ['credentials', 'gcloud is not installed', { run: noTool }],
  [
    'credentials',
    'nobody is signed in',
    { run: failingTool('ERROR: (gcloud.auth.print-access-token) no active account') },
  ],
  [
    'credentials',
    'the token expired',
    { answers: { 'oauth2.googleapis.com/tokeninfo': { status: 400, body: { error: 'invalid_token' } } } },
  ],
  [
    'project',
    'it is being deleted',
    {
      answers: { 'cloudresourcemanager.googleapis.com/v3/projects/acme-shop': { body: { state: 'DELETE_REQUESTED' } } },
    },
  ],
  ['project', 'it is another project', { options: { account: 'other' } }],
  [
    'project',
    'it does not exist',
    { answers: { 'cloudresourcemanager.googleapis.com/v3/projects/acme-shop': missing } },
  ],
  ['billing', 'no account pays', { answers: { 'cloudbilling.googleapis.com': { body: { billingEnabled: false } } } }],
  [
    'apis',
    'one that enables the others is off',
    { answers: { 'serviceusage.googleapis.com': enabled('serviceusage', ...apisOf(settled)) } },
  ],
  [
    'roles',
    'they are an editor only',
    { answers: { ':testIamPermissions': { body: { permissions: ['pubsub.topics.create'] } } } },
  ],
  ['roles', 'they have none', { answers: { ':testIamPermissions': { body: {} } } }],
  ['cpu-quota', 'the project is new', { answers: { 'cloudquotas.googleapis.com': vcpu('20000') } }],
  [
    'names-free',
    'an earlier deploy left the database',
    { answers: { 'firestore.googleapis.com': { body: { name: 'x' } } } },
  ],
  ['names-free', 'a bucket exists', { answers: { 'storage.googleapis.com': { body: { name: 'x' } } } }],
  ['issuer', 'it does not answer', { variables: { oidc_issuer: 'https://nobody.acme.dev' } }],
  ['domain', 'the public DNS knows no such zone', { variables: { domain: 'shop.other.dev' } }],
];

describe('a project', () => {
  it('is green when it is ready', async () => {
    const { lines, asked } = await examineGoogle();
    expect(notOk(lines)).toEqual([]);
    expect(exitCodeOf(lines)).toBe(0);
    expect(asked.filter(({ method, url }) => method !== 'GET' && !url.endsWith(':testIamPermissions'))).toEqual([]);
  });

  it('names the CPU of one service, and of all services together', async () => {
    const { lines } = await examineGoogle();
    const most = cloudServices.map((service) => toGoogleScaling(stages.prod, service).maxInstances);
    const together = most.reduce((sum, one) => sum + one);
    expect(together).toBeGreaterThan(Math.max(...most));
    expect(lines.find(({ check }) => check === 'cpu-quota')?.needed).toBe(
      `${Math.max(...most)} for this stage, ${together} if all its services are at their maximum at once`,
    );
  });

  it('has enough CPU for dev when it is new', async () => {
    const options = { stage: stages.dev };
    const answers = { 'cloudquotas.googleapis.com': vcpu('20000') };
    const { lines } = await examineGoogle({ options, answers, variables: { domain: 'shop.acme.dev' } });
    expect(notOk(lines)).toEqual([]);
  });

  it.each(spoiled)('fails in %s alone, if %s', async (line, _, scene) => {
    const { lines } = await examineGoogle(scene);
    expect(notOk(lines.filter(({ found }) => found !== 'not checked'))).toEqual([`${line} failed`]);
    expect(lines.find(({ check }) => check === line)?.action).not.toBe('');
    expect(exitCodeOf(lines)).toBe(1);
  });

  test('has a spoiled answer for each check', async () => {
    const { lines } = await examineGoogle();
    expect(new Set(spoiled.map(([line]) => line))).toEqual(new Set(lines.map(({ check }) => check)));
  });

  const parts = {
    'cloudquotas.quotas.get': 'cloudquotas.googleapis.com',
    'datastore.databases.getMetadata': 'firestore.googleapis.com',
    'resourcemanager.projects.get': 'cloudbilling.googleapis.com',
    'serviceusage.services.list': 'serviceusage.googleapis.com',
    'storage.buckets.get': 'storage.googleapis.com',
  } as const;

  it.each(Object.entries(parts))('leaves a line unknown when it denies %s, and names it', async (action, part) => {
    const { lines } = await examineGoogle({ answers: { [part]: denied } });
    const bad = lines.filter(({ status }) => status !== 'ok');
    expect(bad).toMatchObject([{ status: 'unknown', needed: expect.stringContaining(action) }]);
    expect(exitCodeOf(lines)).toBe(1);
  });

  test('is asked for no more than the printed permissions', () => {
    expect(permissionsOf(googlePlan).map(({ action }) => action)).toEqual(Object.keys(parts));
  });

  test('has the permissions in its guide', () => {
    expect(listedIn('google')).toEqual(permissionsOf(googlePlan).map(({ action }) => action));
  });

  it.each<[string, RegExp, RestAnswers]>([
    [
      'an API that is off',
      /enable it: gcloud services enable cloudquotas/,
      { 'cloudquotas.googleapis.com': refuse(403, 'PERMISSION_DENIED', 'SERVICE_DISABLED') },
    ],
    [
      'a throttle',
      /^throttled/,
      { 'cloudquotas.googleapis.com': refuse(429, 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED') },
    ],
    ['another region', /no quota of europe-west1/, { 'cloudquotas.googleapis.com': vcpu('200000', 'europe-west9') }],
  ])('leaves the quota unknown at %s', async (_, found, answers) => {
    const { lines } = await examineGoogle({ answers });
    expect(lines.filter(({ status }) => status !== 'ok')).toMatchObject([
      { check: 'cpu-quota', status: 'unknown', found },
    ]);
  });
});
