import { firstObject, type JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { neededBy } from '../template/needed-by.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { flexApp } from './storage.ts';

function check(template: Template): Finding[] {
  const roles = template.ofType('azurerm_role_assignment');
  return template.ofType(flexApp, 'azurerm_linux_function_app').flatMap((app) => {
    const identities = template.referredBy(firstObject(app.properties.identity).identity_ids);
    const needed = neededBy(template, app);
    const late = roles.filter(
      (role) =>
        template.referredBy(role.properties.principal_id).some((one) => identities.includes(one)) && !needed.has(role),
    );
    if (late.length === 0) return [];
    const problem = `it does not wait for ${late.map(({ id }) => id).join(', ')}: its host may start without these roles and fail. Add a depends_on`;
    return [{ resource: app.id, problem }];
  });
}

const example = (dependsOn: readonly string[]): JsonObject => ({
  resource: {
    azurerm_user_assigned_identity: { shop: { name: 'shop' } },
    azurerm_role_assignment: {
      queue: {
        scope: 'queue',
        role_definition_name: 'Storage Queue Data Message Sender',
        principal_id: ref('azurerm_user_assigned_identity.shop.principal_id'),
      },
    },
    [flexApp]: {
      shop: {
        storage_authentication_type: 'StorageAccountConnectionString',
        identity: { type: 'UserAssigned', identity_ids: [ref('azurerm_user_assigned_identity.shop.id')] },
        depends_on: dependsOn,
      },
    },
  },
});

export const appWaitsForItsRoles: Rule = {
  name: 'app-waits-for-its-roles',
  what: 'A function app is created after the role assignments of its identity.',
  why: 'Nothing else connects them: the host starts before it may read its storage and its queues, and a role takes minutes to be known everywhere.',
  source: [
    'https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected',
    'https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity',
  ],
  clouds: ['azure'],
  check,
  examples: [{ bad: example([]), good: example(['azurerm_role_assignment.queue']) }],
};
