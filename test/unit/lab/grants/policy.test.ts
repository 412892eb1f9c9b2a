import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Grant,
  listGrants,
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

describe('a policy document', () => {
  test('yields one grant per action and resource, from lists or single values', () => {
    const document = parse([
      { Sid: 'One', Effect: 'Allow', Action: 'a:Get', Resource: 'x' },
      { Effect: 'Allow', Action: ['a:Get', 'a:Put'], Resource: ['x', 'y'] },
    ]);
    expect(pairs(listGrants(document, owner))).toEqual(['a:Get x', 'a:Get x', 'a:Get y', 'a:Put x', 'a:Put y']);
  });

  test('is rejected when it has conditions or denials', () => {
    const allow = { Effect: 'Allow', Action: 'a:Get', Resource: 'x' };
    expect(() => parse({ ...allow, Condition: {} })).toThrow();
    expect(() => parse({ ...allow, Effect: 'Deny' })).toThrow();
  });

  test('keeps all other grants, and no more, after one is removed', () => {
    fc.assert(
      fc.property(document, fc.nat(), (whole, pick) => {
        const grants = listGrants(whole, owner);
        const index = pick % grants.length;
        const rest = listGrants(without(whole, grants[index] as Grant), owner);
        expect(pairs(rest)).toEqual(pairs(grants.toSpliced(index, 1)));
      }),
    );
  });
});
