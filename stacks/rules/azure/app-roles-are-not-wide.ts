import { type JsonObject, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Resource, Template } from '../template/template.ts';
import { roleOf } from './roles.ts';
import { account, codeAccountOf, flexApp } from './storage.ts';

const management =
  /^(Owner|Contributor|User Access Administrator|Role Based Access Control Administrator|Website Contributor|Storage Account Contributor|Key Vault (Administrator|Contributor|Secrets Officer))$/;
const identity = 'azurerm_user_assigned_identity';
const federation = 'azurerm_federated_identity_credential';
/** Resources that hold data; their id is the scope of everything in them. */
const holders = [account, 'azurerm_key_vault', 'azurerm_resource_group'];
/** A subscription, a group of resources or of subscriptions, or a whole service of an account. */
const wholeScope =
  /^(\/subscriptions\/[^/]+(\/resourceGroups\/[^/]+)?|\/providers\/Microsoft\.Management\/managementGroups\/[^/]+|.*\/(blob|file|queue|table)Services(\/default)?)\/?$/i;
const wholeData =
  /^\$\{data\.azurerm_(subscription|resource_group|management_group|storage_account|key_vault)\.[\w-]+\.id\}$/;

function check(template: Template): Finding[] {
  return template.ofType('azurerm_role_assignment').flatMap((assignment) => {
    const { id, properties } = assignment;
    if (!isOfApp(template, assignment)) return [];
    const role = roleOf(template, assignment);
    if (!management.test(role) && !isWide(template, assignment)) return [];
    const problem = `${role} on ${String(properties.scope)} for an app's identity: it could read or change what belongs to other apps. Grant a data role on the queue, table, container or secret`;
    return [{ resource: id, problem }];
  });
}

/** A workflow's identity is another rule's concern. */
function isOfApp(template: Template, { properties }: Resource): boolean {
  const federated = template.ofType(federation).flatMap((one) => template.referredBy(one.properties));
  return template
    .referredBy(properties.principal_id)
    .some((one) => (one.type === identity && !federated.includes(one)) || /_(function|web)_app/.test(one.type));
}

function isWide(template: Template, { properties }: Resource): boolean {
  const scope = String(properties.scope);
  const codeAccounts = template.ofType(flexApp).flatMap((app) => codeAccountOf(template, app) ?? []);
  const whole = template.ofType(...holders).find((one) => scope === ref(`${one.id}.id`));
  // The host owns the account of its own app.
  if (whole) return !codeAccounts.includes(whole);
  return wholeScope.test(scope) || wholeData.test(scope);
}

const example = (scope: string, role_definition_name: string): JsonObject => ({
  resource: {
    [account]: { data: { name: 'shop' } },
    azurerm_storage_queue: { orders: { name: 'orders', storage_account_id: ref(`${account}.data.id`) } },
    [identity]: { intake: { name: 'intake' } },
    azurerm_role_assignment: {
      send: { scope, role_definition_name, principal_id: ref(`${identity}.intake.principal_id`) },
    },
  },
});
const queue = `${ref(`${account}.data.id`)}/queueServices/default/queues/orders`;
const given = (definition: JsonObject, role_definition_id: string): JsonObject => {
  const { azurerm_role_assignment: roles, ...others } = toObject(good.resource);
  const { role_definition_name: _, ...send } = toObject(toObject(roles).send);
  const azurerm_role_definition = { own: { name: 'own', scope: queue, permissions: [definition] } };
  return {
    resource: {
      ...others,
      azurerm_role_definition,
      azurerm_role_assignment: { send: { ...send, role_definition_id } },
    },
  };
};
const bySystem = (scope: string): JsonObject => ({
  resource: {
    [account]: { data: { name: 'shop' } },
    azurerm_linux_web_app: { shop: { identity: [{ type: 'SystemAssigned' }] } },
    azurerm_role_assignment: {
      send: {
        scope,
        role_definition_name: 'Storage Queue Data Message Sender',
        principal_id: ref('azurerm_linux_web_app.shop.identity[0].principal_id'),
      },
    },
  },
});
const own = ref('azurerm_role_definition.own.role_definition_resource_id');
const builtIn = (id: string): string => `/providers/Microsoft.Authorization/roleDefinitions/${id}`;
const sendAction = 'Microsoft.Storage/storageAccounts/queueServices/queues/messages/add/action';
const good = example(queue, 'Storage Queue Data Message Sender');

export const appRolesAreNotWide: Rule = {
  name: 'app-roles-are-not-wide',
  what: "An app's identity holds data roles on single queues, tables, containers and secrets, and no role of management.",
  why: 'A function that is taken over then reads and writes what belongs to others; no tool checks it on Terraform.',
  source: [
    'https://learn.microsoft.com/azure/role-based-access-control/best-practices#only-grant-the-access-users-need',
    'https://learn.microsoft.com/azure/role-based-access-control/built-in-roles',
  ],
  clouds: ['azure'],
  check,
  examples: [
    { bad: example(ref(`${account}.data.id`), 'Storage Queue Data Contributor'), good },
    { bad: example(queue, 'Contributor'), good },
    { bad: example(queue, 'Role Based Access Control Administrator'), good },
    ...[
      ref('data.azurerm_subscription.shop.id'),
      ref('data.azurerm_resource_group.shop.id'),
      '/subscriptions/00000000-0000-0000-0000-000000000000',
      '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop',
      `${ref(`${account}.data.id`)}/blobServices/default`,
    ].map((scope) => ({ bad: example(scope, 'Storage Queue Data Contributor'), good })),
    { bad: bySystem(ref(`${account}.data.id`)), good: bySystem(queue) },
    {
      bad: given({}, builtIn('8e3af657-a8ff-443c-a75c-2fe8c4bcb635')),
      good: given({}, builtIn('c6a89b2d-59bc-44d0-9896-0f6e12d7b80a')),
    },
    { bad: given({ actions: ['Microsoft.Storage/*'] }, own), good: given({ data_actions: [sendAction] }, own) },
    { bad: given({ actions: ['*'] }, own), good: given({ data_actions: [sendAction] }, own) },
  ],
};
