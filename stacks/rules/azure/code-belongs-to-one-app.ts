import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { account, codeAccountOf, flexApp } from './storage.ts';

const writes = /^Storage (Blob Data (Owner|Contributor)|Account Contributor)$/;

function check(template: Template): Finding[] {
  const apps = Map.groupBy(template.ofType(flexApp), (app) => codeAccountOf(template, app)?.id ?? '');
  const shared = [...apps].filter(([id, users]) => id !== '' && users.length > 1);
  return template
    .ofType('azurerm_role_assignment')
    .filter(({ properties }) => writes.test(String(properties.role_definition_name)))
    .flatMap(({ id, properties }) => {
      // The scope is the account itself: a container below it has its own id.
      const scope = String(properties.scope);
      const holder = shared.find(([accountId]) => scope === ref(`${accountId}.id`));
      if (!holder) return [];
      const [accountId, users] = holder;
      const problem = `${String(properties.role_definition_name)} on ${accountId}, which holds the code of ${users.length} apps: one identity could change the code of all. Give each app an account or a container of its own`;
      return [{ resource: id, problem }];
    });
}

const example = (scope: string): JsonObject => ({
  resource: {
    [account]: { host: { name: 'shop' } },
    azurerm_storage_container: {
      a: { name: 'a', storage_account_id: ref(`${account}.host.id`) },
      b: { name: 'b', storage_account_id: ref(`${account}.host.id`) },
    },
    azurerm_role_assignment: {
      a: { scope, role_definition_name: 'Storage Blob Data Owner', principal_id: 'a' },
    },
    [flexApp]: Object.fromEntries(
      ['a', 'b'].map((name) => [
        name,
        {
          storage_authentication_type: 'StorageAccountConnectionString',
          storage_container_endpoint: `\${${account}.host.primary_blob_endpoint}\${azurerm_storage_container.${name}.name}`,
        },
      ]),
    ),
  },
});

export const codeBelongsToOneApp: Rule = {
  name: 'code-belongs-to-one-app',
  what: 'No identity may write to an account that holds the code of several apps.',
  why: 'An attacker who takes over one function could replace the code of all others, and take over their identities.',
  source: [
    'https://learn.microsoft.com/azure/azure-functions/storage-considerations#avoid-sharing-storage-accounts',
    'https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity',
  ],
  clouds: ['azure'],
  check,
  examples: [{ bad: example(ref(`${account}.host.id`)), good: example(ref('azurerm_storage_container.a.id')) }],
};
