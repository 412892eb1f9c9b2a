import { expect, test } from 'vitest';
import { routes } from '../../functions/contracts/routes.ts';
import { serviceEnvironment } from '../../stacks/model/environments/service-environment.ts';
import { apiServices, serviceNames } from '../../stacks/model/services.ts';
import { stages } from '../../stacks/model/stages/stages.ts';

const tokens = { issuer: 'https://issuer.example', audience: 'orders' };
const originSecret = 'a-secret-of-the-origin';

test.each(serviceNames)('%s gets token settings when one of its routes needs a token, and only then', (service) => {
  const isPrivate = routes.some((route) => route.service === service && route.access !== 'public');
  const environment = serviceEnvironment(stages.dev, service, { tokens, originSecret });
  expect('OIDC_ISSUER' in environment).toBe(isPrivate);
  expect('OIDC_AUDIENCE' in environment).toBe(isPrivate);
});

test.each(serviceNames)('%s gets the origin secret when it has an API, and only then', (service) => {
  const environment = serviceEnvironment(stages.dev, service, { tokens, originSecret });
  expect(environment.ORIGIN_SECRET).toBe(apiServices.some((name) => name === service) ? originSecret : undefined);
});

test('gives no token settings where an authorizer verifies tokens', () => {
  expect(serviceEnvironment(stages.dev, 'intake')).not.toHaveProperty('OIDC_ISSUER');
});
