import { type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Resource, Template } from '../template/template.ts';
import { roleOf } from './roles.ts';

const federation = 'azurerm_federated_identity_credential';
const identity = 'azurerm_user_assigned_identity';
const audience = 'api://AzureADTokenExchange';
/** Roles that may assign any role. */
const grants = /^(Owner|User Access Administrator|Role Based Access Control Administrator)$/;

function check(template: Template): Finding[] {
  return template.ofType(federation).flatMap((credential) => {
    const deployer = template.findReferred(credential.properties, identity);
    const roles = template
      .ofType('azurerm_role_assignment')
      .filter(({ properties }) => deployer && template.referredBy(properties.principal_id).includes(deployer));
    return [...checkTrust(credential), ...roles.flatMap((role) => checkRole(template, role))];
  });
}

function checkTrust({ id, properties }: Resource): Finding[] {
  const subject = String(properties.subject);
  const found = (problem: string): Finding => ({ resource: id, problem });
  return [
    ...(/[*?]/.test(subject)
      ? [found(`subject '${subject}' has a wildcard, which Entra compares letter by letter: no workflow gets in`)]
      : []),
    ...(String(properties.issuer).includes('token.actions.githubusercontent.com') && !/:environment:/.test(subject)
      ? [found(`subject '${subject}' names no environment: whoever may push a branch may deploy without approval`)]
      : []),
    ...(toList(properties.audience).includes(audience)
      ? []
      : [found(`audience must be ${audience}, which azure/login and the provider ask for`)]),
  ];
}

function checkRole(template: Template, assignment: Resource): Finding[] {
  const { id, properties } = assignment;
  const role = roleOf(template, assignment);
  const found = (problem: string): Finding => ({ resource: id, problem });
  if (grants.test(role)) return [found(`${role} for a workflow: it could grant itself everything. Let a person grant`)];
  // A role of the template lists its few actions; roleOf judged them.
  const isOwn = template.findReferred(properties.role_definition_id, 'azurerm_role_definition') !== undefined;
  const isNarrow = isOwn || template.findReferred(properties.scope) !== undefined;
  return !isNarrow
    ? [found(`${role} on ${String(properties.scope)} for a workflow: grant it on the stage's resource group`)]
    : [];
}

const example = (more: JsonObject, role: JsonObject = {}): JsonObject => ({
  resource: {
    azurerm_resource_group: { shop: { name: 'shop' } },
    [identity]: { deploy: { name: 'deploy' } },
    [federation]: {
      github: {
        audience: [audience],
        issuer: 'https://token.actions.githubusercontent.com',
        subject: 'repo:owner/shop:environment:prod',
        user_assigned_identity_id: ref(`${identity}.deploy.id`),
        ...more,
      },
    },
    azurerm_role_assignment: {
      group: {
        scope: ref('azurerm_resource_group.shop.id'),
        role_definition_name: 'Contributor',
        principal_id: ref(`${identity}.deploy.principal_id`),
        ...role,
      },
    },
  },
});

const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const byId = (role: string): JsonObject => ({
  role_definition_name: null,
  role_definition_id: `/subscriptions/0/providers/Microsoft.Authorization/roleDefinitions/${role}`,
});

const ownRole = (actions: readonly string[]): JsonObject => {
  const { resource } = example(
    {},
    {
      ...{ scope: '/subscriptions/0', role_definition_name: null },
      role_definition_id: ref('azurerm_role_definition.own.role_definition_resource_id'),
    },
  );
  const own = { name: 'own', scope: '/subscriptions/0', permissions: [{ actions }] };
  return { resource: { ...toObject(resource), azurerm_role_definition: { own } } };
};

export const deployersAreLimited: Rule = {
  name: 'deployers-are-limited',
  what: 'A workflow signs in from one environment, with roles on the resource group, and grants no roles.',
  why: 'Its identity is trusted by what a token says of it: a wide subject or role opens the subscription to whoever may push.',
  source: [
    'https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations',
    'https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-azure',
  ],
  clouds: ['azure'],
  check,
  examples: [
    { bad: example({ subject: 'repo:owner/shop:ref:refs/heads/main' }), good: example({}) },
    { bad: example({ subject: 'repo:owner/*:environment:prod' }), good: example({}) },
    { bad: example({ audience: ['sts.amazonaws.com'] }), good: example({}) },
    { bad: example({}, { role_definition_name: 'Owner' }), good: example({}) },
    { bad: example({}, byId('8e3af657-a8ff-443c-a75c-2fe8c4bcb635')), good: example({}, byId(contributor)) },
    { bad: example({}, { scope: '/subscriptions/0', ...byId(contributor) }), good: example({}, byId(contributor)) },
    { bad: example({}, { scope: '/subscriptions/0' }), good: example({}) },
    {
      bad: ownRole(['Microsoft.Authorization/roleAssignments/write']),
      good: ownRole(['Microsoft.Resources/subscriptions/read']),
    },
  ],
};
