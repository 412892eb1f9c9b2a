import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { neededBy } from '../template/needed-by.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { account, providerSource } from './storage.ts';

const caller = 'data.azurerm_client_config';
/** Types that read and write data, even where they name the account by its id. */
const types = ['azurerm_storage_account_static_website', 'azurerm_storage_blob', 'azurerm_storage_table_entity'];

const check = (template: Template): Finding[] =>
  template
    .ofType(...types)
    .filter((resource) => {
      const needed = [...neededBy(template, resource)];
      const keyless = needed.some((one) => one.type === account && one.properties.shared_access_key_enabled === false);
      const allowed = needed.some(
        ({ type, properties }) =>
          type === 'azurerm_role_assignment' && template.findReferred(properties.principal_id, caller) !== undefined,
      );
      return keyless && !allowed;
    })
    .map(({ id }) => ({
      resource: id,
      problem:
        'it goes through the data plane of an account without shared keys, and whoever applies has no role there: 403. Grant the caller (data.azurerm_client_config) a data role and wait for it, or do it outside Terraform',
    }));

const example = (more: JsonObject): JsonObject => ({
  resource: {
    [account]: { page: { name: 'shop', shared_access_key_enabled: false } },
    azurerm_role_assignment: {
      publisher: {
        scope: ref(`${account}.page.id`),
        role_definition_name: 'Storage Blob Data Contributor',
        principal_id: ref('data.azurerm_client_config.caller.object_id'),
      },
    },
    azurerm_storage_account_static_website: { page: { storage_account_id: ref(`${account}.page.id`), ...more } },
  },
  data: { azurerm_client_config: { caller: {} } },
});

export const dataPlaneNeedsARole: Rule = {
  name: 'data-plane-needs-a-role',
  what: 'A resource that goes through the data plane waits for a role that the template grants to whoever applies it.',
  why: 'An owner of the subscription may manage a storage account, but not read or write its data.',
  source: [
    providerSource('v5.2.0', 'internal/services/storage/storage_account_static_website_resource.go'),
    'https://learn.microsoft.com/azure/storage/blobs/assign-azure-role-data-access',
  ],
  clouds: ['azure'],
  check,
  examples: [{ bad: example({}), good: example({ depends_on: ['azurerm_role_assignment.publisher'] }) }],
};
