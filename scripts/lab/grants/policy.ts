import * as z from 'zod';
import type { Service } from '../../../stacks/model/services.ts';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

// Strict: a Condition, a Deny or a NotAction cannot be split into single grants.
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.literal('Allow'),
  Action: oneOrMore,
  Resource: oneOrMore,
});

export const policyDocument = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.union([statement.transform((one) => [one]), z.array(statement)]),
});
export type PolicyDocument = z.infer<typeof policyDocument>;

/** One action on one resource: the smallest permission that can be revoked. */
export interface Grant {
  readonly service: Service;
  readonly role: string;
  readonly policy: string;
  /** Index of the statement in the policy. */
  readonly statement: number;
  readonly action: string;
  readonly resource: string;
}

export function listGrants(
  document: PolicyDocument,
  owner: Pick<Grant, 'service' | 'role' | 'policy'>,
): readonly Grant[] {
  return document.Statement.flatMap(({ Action, Resource }, index) =>
    Action.flatMap((action) => Resource.map((resource) => ({ ...owner, statement: index, action, resource }))),
  );
}

/** Copies the document without this one grant. */
export function without(document: PolicyDocument, grant: Grant): PolicyDocument {
  const Statement = document.Statement.flatMap((whole, index) => {
    if (index !== grant.statement) return [whole];
    const { Action, Resource, ...rest } = whole;
    // Keeps the other actions on all resources, and this action on the other resources.
    const parts = [
      { ...rest, Action: Action.filter((action) => action !== grant.action), Resource },
      { Effect: rest.Effect, Action: [grant.action], Resource: Resource.filter((one) => one !== grant.resource) },
    ];
    return parts.filter((part) => part.Action.length > 0 && part.Resource.length > 0);
  });
  return { ...document, Statement };
}

/** Display name of a resource, without partition, region and account. */
export function shortResource({ resource }: Grant): string {
  return resource.split(':').slice(5).join(':') || resource;
}
