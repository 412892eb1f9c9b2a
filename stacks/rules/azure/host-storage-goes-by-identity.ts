import { firstObject, type JsonObject, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Resource, Template } from '../template/template.ts';
import { flexApp, providerSource } from './storage.ts';

function toProblem({ properties }: Resource): string | undefined {
  const settings = toObject(properties.app_settings);
  const wanted = ['AzureWebJobsStorage__accountName', 'AzureWebJobsStorage__credential'];
  if (String(firstObject(properties.identity).type).includes('UserAssigned'))
    wanted.push('AzureWebJobsStorage__clientId');
  const missing = wanted.filter((name) => settings[name] === undefined);
  if (missing.length > 0)
    return `app_settings lack ${missing.join(', ')}: the host finds no storage and does not start. Set them`;
  if (settings.AzureWebJobsStorage === '') return undefined;
  return `app_settings.AzureWebJobsStorage is ${JSON.stringify(settings.AzureWebJobsStorage ?? null)}: the provider then adds a connection string with an empty key, which wins over the identity. Set it to ''`;
}

const check = (template: Template): Finding[] =>
  template
    .ofType(flexApp)
    .filter(({ properties }) => properties.storage_authentication_type !== 'StorageAccountConnectionString')
    .flatMap((app) => {
      const problem = toProblem(app);
      return problem === undefined ? [] : [{ resource: app.id, problem }];
    });

const identity: JsonObject = {
  AzureWebJobsStorage__accountName: 'shop',
  AzureWebJobsStorage__credential: 'managedidentity',
  AzureWebJobsStorage__clientId: 'id',
};
const example = (app_settings: JsonObject): JsonObject => ({
  resource: {
    [flexApp]: {
      shop: {
        storage_authentication_type: 'UserAssignedIdentity',
        identity: { type: 'UserAssigned', identity_ids: ['id'] },
        app_settings,
      },
    },
  },
});

export const hostStorageGoesByIdentity: Rule = {
  name: 'host-storage-goes-by-identity',
  what: "An app with an identity names account, credential and client of its host's storage, and empties `AzureWebJobsStorage`.",
  why: 'The provider injects `AzureWebJobsStorage` as a connection string without a key, whatever `storage_authentication_type` says: the host uses it and fails to start.',
  source: [
    providerSource('v5.2.0', 'internal/services/appservice/helpers/function_app_schema.go'),
    'https://github.com/hashicorp/terraform-provider-azurerm/issues/29149',
    'https://github.com/hashicorp/terraform-provider-azurerm/issues/33211',
    'https://github.com/Azure/azure-functions-host/issues/11796',
    'https://github.com/Azure/terraform-azurerm-avm-res-web-site/pull/376',
  ],
  clouds: ['azure'],
  check,
  examples: [
    { bad: example(identity), good: example({ ...identity, AzureWebJobsStorage: '' }) },
    {
      bad: example({ AzureWebJobsStorage: '', AzureWebJobsStorage__accountName: 'shop' }),
      good: example({ ...identity, AzureWebJobsStorage: '' }),
    },
  ],
};
