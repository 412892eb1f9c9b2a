import { expect, test } from 'vitest';
import { routes } from '../../functions/contracts/routes.ts';
import { firstEnvironment } from '../../stacks/build/code-cache/first-calls.ts';
import { accessOf } from '../../stacks/model/access.ts';
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

test.each(serviceNames)('a first call of %s, for its code cache, has every variable that the stack sets', (service) => {
  const granted = accessOf(stages.dev, service).map(({ env }) => env);
  const set = [...granted, ...Object.keys(serviceEnvironment(stages.dev, service))];
  const first = firstEnvironment(service, 'http://127.0.0.1:9');
  expect(set.filter((name) => first[name] === undefined)).toEqual([]);
});

test('gives no token settings where an authorizer verifies tokens', () => {
  expect(serviceEnvironment(stages.dev, 'intake')).not.toHaveProperty('OIDC_ISSUER');
});
