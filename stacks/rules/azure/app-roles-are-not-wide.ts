import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { account, codeAccountOf, flexApp } from './storage.ts';

const management =
  /^(Owner|Contributor|User Access Administrator|Storage Account Contributor|Key Vault (Administrator|Contributor|Secrets Officer))$/;
const identity = 'azurerm_user_assigned_identity';
const federation = 'azurerm_federated_identity_credential';

function check(template: Template): Finding[] {
  const codeAccounts = template.ofType(flexApp).flatMap((app) => codeAccountOf(template, app) ?? []);
  // Another rule is for what a workflow deploys with.
  const apps = new Set(template.ofType(identity).map(({ id }) => id));
  for (const { id } of template.ofType(federation).flatMap((one) => template.referredBy(one.properties)))
    apps.delete(id);
  return template
    .ofType('azurerm_role_assignment')
    .filter(({ properties }) => apps.has(template.findReferred(properties.principal_id, identity)?.id ?? ''))
    .flatMap(({ id, properties }) => {
      const role = String(properties.role_definition_name);
      const whole = template
        .ofType(account, 'azurerm_key_vault', 'azurerm_resource_group')
        .find((one) => properties.scope === ref(`${one.id}.id`));
      // The host owns the account of its own app.
      const isWide = whole !== undefined && !codeAccounts.includes(whole);
      if (!management.test(role) && !isWide) return [];
      const problem = `${role} on ${String(properties.scope)} for an app's identity: it could read or change what belongs to other apps. Grant a data role on the queue, table, container or secret`;
      return [{ resource: id, problem }];
    });
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
const good = example(queue, 'Storage Queue Data Message Sender');

export const appRolesAreNotWide: Rule = {
  name: 'app-roles-are-not-wide',
  what: "An app's identity holds data roles on single queues, tables, containers and secrets, and no role of management.",
  why: 'A function that is taken over then reads and writes what belongs to others; no tool checks it on Terraform.',
  source: [
    'https://learn.microsoft.com/azure/role-based-access-control/best-practices#only-grant-the-access-users-need',
  ],
  clouds: ['azure'],
  check,
  examples: [
    { bad: example(ref(`${account}.data.id`), 'Storage Queue Data Contributor'), good },
    { bad: example(queue, 'Contributor'), good },
  ],
};
