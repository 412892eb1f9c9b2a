import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { account, providerSource } from './storage.ts';

const types = ['container', 'queue', 'share', 'table'].map((kind) => `azurerm_storage_${kind}`);

const check = (template: Template): Finding[] =>
  template
    .ofType(...types)
    .filter(({ properties }) => properties.storage_account_name !== undefined)
    .map(({ id }) => ({
      resource: id,
      problem:
        'storage_account_name sends the request to the data plane, for which whoever applies has no role, and azurerm 5 knows no such argument. Set storage_account_id',
    }));

const example = (more: JsonObject): JsonObject => ({
  resource: {
    [account]: { data: { name: 'shop', shared_access_key_enabled: false } },
    azurerm_storage_queue: { orders: { name: 'orders', ...more } },
  },
});

export const storageGoesByAccountId: Rule = {
  name: 'storage-goes-by-account-id',
  what: 'Queues and containers name their account by its id.',
  why: 'By name they are created through the data plane, which answers 403 without a role on the data; version 5 of the provider removed the argument.',
  source: [
    providerSource('v4.55.0', 'internal/services/storage/storage_queue_resource.go'),
    providerSource('v5.2.0', 'website/docs/guides/5.0-upgrade-guide.html.markdown'),
  ],
  clouds: ['azure'],
  check,
  examples: [
    {
      bad: example({ storage_account_name: ref(`${account}.data.name`) }),
      good: example({ storage_account_id: ref(`${account}.data.id`) }),
    },
  ],
};
