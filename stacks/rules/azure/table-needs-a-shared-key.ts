import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { account, accountOf, providerSource } from './storage.ts';

const check = (template: Template): Finding[] =>
  template
    .ofType('azurerm_storage_table')
    .filter((table) => accountOf(template, table)?.properties.shared_access_key_enabled === false)
    .map(({ id }) => ({
      resource: id,
      problem:
        'its account has no shared keys, and the provider needs one for the access policy of a table: 403 on the first apply and each plan. Create the table by azurerm_resource_group_template_deployment',
    }));

const example = (shared_access_key_enabled: boolean): JsonObject => ({
  resource: {
    [account]: { data: { name: 'shop', shared_access_key_enabled } },
    azurerm_storage_table: { orders: { name: 'orders', storage_account_id: ref(`${account}.data.id`) } },
  },
});

export const tableNeedsASharedKey: Rule = {
  name: 'table-needs-a-shared-key',
  what: 'A table in an account without shared keys is created through the management plane.',
  why: 'The resource of the provider reads and writes the access policy of the table, which the service allows only with a shared key.',
  source: [providerSource('v5.2.0', 'internal/services/storage/storage_table_resource.go')],
  clouds: ['azure'],
  check,
  examples: [{ bad: example(false), good: example(true) }],
};
