import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Grant,
  grantsOf,
  type PolicyDocument,
  policyDocument,
  without,
} from '../../../../scripts/lab/grants/policy.ts';

const owner = { service: 'intake', role: 'role', policy: 'policy' } as const;
const parse = (Statement: unknown) => policyDocument.parse({ Version: '2012-10-17', Statement });
const pairs = (grants: readonly Grant[]) => grants.map(({ action, resource }) => `${action} ${resource}`).sort();

const names = (kind: string) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 })
    .map((ids) => ids.map((id) => kind + id));
const document: fc.Arbitrary<PolicyDocument> = fc
  .array(fc.record({ Effect: fc.constant('Allow' as const), Action: names('a:'), Resource: names('arn:') }), {
    minLength: 1,
    maxLength: 4,
  })
  .map(parse);

describe('grants of a policy', () => {
  test('are one for each action on each resource, whether these are lists or not', () => {
    const document = parse([
      { Sid: 'One', Effect: 'Allow', Action: 'a:Get', Resource: 'x' },
      { Effect: 'Allow', Action: ['a:Get', 'a:Put'], Resource: ['x', 'y'] },
    ]);
    expect(pairs(grantsOf(document, owner))).toEqual(['a:Get x', 'a:Get x', 'a:Get y', 'a:Put x', 'a:Put y']);
  });

  test('cannot be told apart in a policy with conditions or denials', () => {
    const allow = { Effect: 'Allow', Action: 'a:Get', Resource: 'x' };
    expect(() => parse({ ...allow, Condition: {} })).toThrow();
    expect(() => parse({ ...allow, Effect: 'Deny' })).toThrow();
  });

  test('without one of them are all the others, and nothing else', () => {
    fc.assert(
      fc.property(document, fc.nat(), (whole, pick) => {
        const grants = grantsOf(whole, owner);
        const index = pick % grants.length;
        const rest = grantsOf(without(whole, grants[index] as Grant), owner);
        expect(pairs(rest)).toEqual(pairs(grants.toSpliced(index, 1)));
      }),
    );
  });
});
