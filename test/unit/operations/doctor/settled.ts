import type { Stage } from '../../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../../stacks/model/stages/stages.ts';

/** Prod as its owner would set it. */
export const settled: Stage = {
  ...stages.prod,
  corsOrigins: ['https://shop.acme.dev'],
  edge: { ...stages.prod.edge, domain: { name: 'shop.acme.dev', hostedZoneId: 'Z1ACME' } },
  identity: { kind: 'cognito', callbackUrls: [], emailFrom: 'shop@acme.dev' },
  fulfilment: { ...stages.prod.fulfilment, partnerUrl: 'https://partner.acme.dev' },
  alarms: { ...stages.prod.alarms, email: 'alarms@acme.dev' },
};

export const issuerUrl = 'https://login.acme.dev';

/** The same with an issuer of its own instead of a user pool. */
export const external: Stage = {
  ...settled,
  identity: { kind: 'external', issuer: issuerUrl, audience: 'shop', jwks: null },
};
