import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Template } from '../template/template.ts';
import { flexApp, providerSource } from './storage.ts';

const check = (template: Template): Finding[] =>
  template
    .ofType(flexApp)
    .filter(({ properties }) => properties.zip_deploy_file !== undefined)
    .map(({ id, properties }) => ({
      resource: id,
      problem: `zip_deploy_file is '${String(properties.zip_deploy_file)}': the provider sends it to /api/zipdeploy, which Flex Consumption does not have. Publish the package after the apply with: az functionapp deployment source config-zip`,
    }));

const example = (more: JsonObject): JsonObject => ({
  resource: { [flexApp]: { shop: { storage_authentication_type: 'StorageAccountConnectionString', ...more } } },
});

export const flexAppTakesNoZip: Rule = {
  name: 'flex-app-takes-no-zip',
  what: 'An app on Flex Consumption gets its code after the apply, not by `zip_deploy_file`.',
  why: 'The provider uploads with a basic-authentication password to an address that Flex Consumption lacks: 404, or 401 where basic authentication is off.',
  source: [
    'https://github.com/hashicorp/terraform-provider-azurerm/issues/29630',
    'https://github.com/hashicorp/terraform-provider-azurerm/pull/31937',
    providerSource('v5.2.0', 'internal/services/appservice/function_app_flex_consumption_resource.go'),
    'https://learn.microsoft.com/azure/azure-functions/deployment-zip-push',
  ],
  clouds: ['azure'],
  check,
  examples: [{ bad: example({ zip_deploy_file: 'shop.zip' }), good: example({}) }],
};
