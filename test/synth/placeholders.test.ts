import { describe, expect, test } from 'vitest';
import { findPlaceholders, refusePlaceholders } from '../../stacks/model/checks/placeholders.ts';
import { fulfilmentEnvironment } from '../../stacks/model/environments/fulfilment-environment.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages, withAlarmEmail, withIssuer, withPartner } from '../../stacks/model/stages/stages.ts';

const settingsOf = (stage: Stage) => findPlaceholders(stage).map(({ setting }) => setting);
const { dev, staging, prod, local } = stages;

test('dev needs nothing set, and its orders reach a partner', () => {
  expect(findPlaceholders(dev)).toEqual([]);
  expect(fulfilmentEnvironment(dev)).toMatchObject({ PARTNER_URL: 'stand-in' });
});

test.each([staging, prod])('$name is refused with every setting that only its owner knows, in one message', (stage) => {
  expect(settingsOf(stage).sort()).toEqual([
    'alarms.email',
    'corsOrigins.0',
    'edge.domain.hostedZoneId',
    'edge.domain.name',
    'fulfilment.partnerUrl',
    'identity.emailFrom',
  ]);
  expect(() => refusePlaceholders([stage])).toThrow(`stage '${stage.name}': 6 settings still have example values`);
});

test.each(['azure', 'google'] as const)('%s needs less of the settings, and refuses what it needs', (cloud) => {
  expect(findPlaceholders(dev, [cloud])).toEqual([]);
  const needed = findPlaceholders(prod, [cloud]).map(({ setting }) => setting);
  expect(needed.sort()).toEqual(['edge.domain.name', 'fulfilment.partnerUrl']);
  const partnerless = { ...prod, fulfilment: { ...prod.fulfilment, partnerUrl: null } };
  expect(() => refusePlaceholders([partnerless], [cloud])).toThrow("fulfilment.partnerUrl: is 'null'");
});

test('several stages and clouds are refused in one message', () => {
  expect(() => refusePlaceholders([dev, staging, prod], ['aws', 'azure', 'google'])).toThrow(
    /^stage 'staging': 6 settings still have example values.*\n( {2}- .*\n){6}stage 'prod': 6 settings(.|\n)*(\n {2}- .*){6}$/,
  );
});

describe('a stage with settings of its own', () => {
  const own: Stage = {
    ...prod,
    corsOrigins: ['https://shop.test-shop.com'],
    edge: { ...prod.edge, domain: { name: 'shop.test-shop.com', hostedZoneId: 'Z0123456789' } },
    fulfilment: { ...prod.fulfilment, partnerUrl: 'https://partner.example-shop.com/v1' },
    alarms: { ...prod.alarms, email: 'night@test-shop.com' },
    identity: { kind: 'cognito', callbackUrls: [], emailFrom: 'shop@test-shop.com' },
  };

  test('is accepted, even with the word in a name', () => {
    expect(findPlaceholders(own)).toEqual([]);
    expect(() => refusePlaceholders([own])).not.toThrow();
  });

  test.each([
    ['fulfilment.partnerUrl', { fulfilment: { ...own.fulfilment, partnerUrl: 'https://partner.example/v1' } }],
    ['fulfilment.partnerUrl', { fulfilment: { ...own.fulfilment, partnerUrl: 'https://partner.test:8443' } }],
    ['fulfilment.partnerUrl', { fulfilment: { ...own.fulfilment, partnerUrl: 'https://partner.example.com/v1' } }],
    ['fulfilment.partnerUrl', { fulfilment: { ...own.fulfilment, partnerUrl: 'https://EXAMPLE.org' } }],
    ['edge.domain.name', { edge: { ...own.edge, domain: { name: 'shop.example.net', hostedZoneId: 'Z0123456789' } } }],
    ['deploy.repository', { deploy: { repository: 'owner/name', environment: 'prod', createsProvider: true } }],
    // A stage that keeps its data has real orders, which need a partner.
    ['fulfilment.partnerUrl', { fulfilment: { ...own.fulfilment, partnerUrl: null } }],
    ['alarms.email', { alarms: { ...own.alarms, email: 'me@shop.invalid' } }],
    ['alarms.email', { alarms: { ...own.alarms, email: 'you@example.com' } }],
  ])('is refused for %s', (setting, change) => {
    expect(settingsOf({ ...own, ...change })).toEqual([setting]);
  });
});

test('the platform sets what the local stages lack', () => {
  const set = withPartner(withIssuer(local, { issuer: 'http://127.0.0.1:1' }), 'http://127.0.0.1:2');
  expect(settingsOf(local)).toEqual(['identity.issuer', 'fulfilment.partnerUrl']);
  expect(findPlaceholders(set)).toEqual([]);
});

test('takes an alarm address only for a stage whose alarms notify', () => {
  expect(settingsOf(withAlarmEmail(prod, 'me@shop.com'))).not.toContain('alarms.email');
  expect(() => withAlarmEmail(dev, 'me@shop.com')).toThrow("stage 'dev' has no alarm topic");
});
