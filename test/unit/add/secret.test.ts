import { expect, test } from 'vitest';
import { draftAddition, readFrom } from '../../../scripts/add/add.ts';
import { addSecret } from '../../../scripts/add/secret/add-secret.ts';
import { partNames } from '../../../scripts/parts/parts.ts';
import { draftAfter, draftWithout, keeps, root } from './drafts.ts';

// Not the example of the documents, which a project may have followed.
const courier = { holder: 'courier', service: 'fulfilment' };
const probe = 'scripts/lab/grants/cold-fulfilment-probe.ts';

// A moved or changed line fails here, rather than when a user adds something.
const { files } = draftAddition(root, ['secret', 'courier'], { service: 'fulfilment' });

test('a secret is rows of the model, from which every stack makes it', () => {
  const services = files.get('stacks/model/services.ts');
  expect(files.get('stacks/model/resources.ts')).toMatch(/secretNames = \['partner-signing-key', 'courier-key'/);
  expect(services).toContain("{ kind: 'secret', env: 'COURIER_SECRET', secret: 'courier-key', actions: ['read'] }");
  expect(files.get('stacks/model/secrets.ts')).toContain("holder: 'courier'");
  expect([...files.keys()].filter((path) => /^stacks\/(aws|terraform\/\w+)\//.test(path))).toEqual([]);
});

test.each([
  ['aws', 'secret(env.COURIER_SECRET)'],
  ['azure', 'secret(env.COURIER_SECRET, { clientId: env.DATA__clientId })'],
  ['google', 'secret(env.COURIER_SECRET)'],
])('the entry for %s reads it if the project is kept there', (cloud, store) => {
  if (!keeps(`functions/adapters/${cloud}`)) return expect(files.has(`functions/fulfilment/${cloud}.ts`)).toBe(false);
  expect(files.get(`functions/fulfilment/${cloud}.ts`)).toContain(`courierSecret: courierSecret(${store})`);
});

test('it is read before an order is claimed, and a probe proves the permission', () => {
  const useCase = files.get('functions/fulfilment/fulfil-order.ts') ?? '';
  const [read, claimed] = ['await courierSecret.current()', 'beginFulfilment(order, clock.now())'];
  expect(useCase.indexOf(read)).toBeGreaterThan(0);
  expect(useCase.indexOf(read)).toBeLessThan(useCase.indexOf(claimed));
  if (keeps('scripts/lab')) expect(files.has(probe)).toBe(!keeps(probe));
});

test('it has tests, a rotation in the runbook, its price, and a line in the changelog', () => {
  expect(files.has('test/unit/fulfilment/courier-secret.test.ts')).toBe(true);
  expect(files.has('test/integration/workers/courier-secret.test.ts')).toBe(true);
  expect(files.get('docs/runbook.md')).toMatch(/^### Rotate the courier's secret$/m);
  const costs = (text = '') => Number(/^\| secrets: .*\| \$([\d.]+) \|$/m.exec(text)?.[1]);
  const guide = 'docs/deploying/aws.md';
  expect(costs(files.get(guide))).toBeCloseTo(costs(readFrom(root)(guide)) + 0.4);
  expect(files.get('CHANGELOG.md')).toContain('The secret `courier-key`');
});

test.each(partNames)('touches nothing of %s in a project without it', (part) => {
  const { files, touched } = draftWithout(part, (draft, kept) => addSecret(draft, courier, root, kept));
  expect(touched).toEqual([]);
  expect(files.size).toBeGreaterThan(15);
});

test('leaves room for another one', () => {
  const second = draftAfter(files, (draft, kept) => addSecret(draft, { ...courier, holder: 'insurer' }, root, kept));
  expect(second.files.get('stacks/model/resources.ts')).toMatch(/'partner-signing-key', 'insurer-key', 'courier-key'/);
  expect(second.files.get('functions/fulfilment/fulfil-order.ts')).toContain('courierSecret, insurerSecret }');
  expect(second.files.has(probe)).toBe(false);
});

test.each<[string, string[], object, string]>([
  ['no name', ['secret'], { service: 'fulfilment' }, 'a secret has one name'],
  ['two names', ['secret', 'courier', 'key'], { service: 'fulfilment' }, 'a secret has one name'],
  ['no service', ['secret', 'courier'], {}, '--service is missing'],
  ['an option of something else', ['secret', 'courier'], { service: 'fulfilment', path: '/x' }, '--path is not'],
  [
    'an unknown service',
    ['secret', 'courier'],
    { service: 'toString' },
    "'toString', which is not a service; must be fulfilment",
  ],
  [
    'a service that calls no other party',
    ['secret', 'courier'],
    { service: 'intake' },
    "'intake', which calls no other party",
  ],
  ['a service of AWS alone', ['secret', 'courier'], { service: 'invalidation' }, 'must be fulfilment'],
  ['capitals', ['secret', 'Carrier'], { service: 'fulfilment' }, 'must be one word of the letters a to z'],
  ['two words', ['secret', 'courier-key'], { service: 'fulfilment' }, 'must be one word of the letters a to z'],
  ['a path', ['secret', '../x'], { service: 'fulfilment' }, 'must be one word of the letters a to z'],
  ['too few letters', ['secret', 'ab'], { service: 'fulfilment' }, 'must have 3 to 16 letters, has 2'],
  ['too many letters', ['secret', 'abcdefghijklmnopq'], { service: 'fulfilment' }, 'must have 3 to 16 letters, has 17'],
  ['a secret that exists', ['secret', 'partner'], { service: 'fulfilment' }, 'taken: the secret partner-signing-key'],
  ['a word of the code', ['secret', 'origin'], { service: 'fulfilment' }, "'origin' is taken: "],
])('refuses %s', (_, words, options, message) => {
  expect(() => draftAddition(root, words, options)).toThrow(message);
});
