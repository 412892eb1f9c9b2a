import { type JsonObject, toList } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Template } from '../template/template.ts';
import { providerSource } from './storage.ts';

/** Resource providers by prefixes of resource types. */
const owners: readonly (readonly [prefix: string, owner: string])[] = [
  ['azurerm_application_insights', 'Microsoft.Insights'],
  ['azurerm_cdn_', 'Microsoft.Cdn'],
  ['azurerm_function_app_', 'Microsoft.Web'],
  ['azurerm_key_vault', 'Microsoft.KeyVault'],
  ['azurerm_log_analytics_', 'Microsoft.OperationalInsights'],
  ['azurerm_monitor_', 'Microsoft.Insights'],
  ['azurerm_service_plan', 'Microsoft.Web'],
  ['azurerm_storage_', 'Microsoft.Storage'],
  ['azurerm_user_assigned_identity', 'Microsoft.ManagedIdentity'],
];

function check(template: Template): Finding[] {
  const provider = template.ofType('provider').find(({ id }) => id === 'provider.azurerm');
  if (provider?.properties.resource_provider_registrations !== 'none') return [];
  const registered = new Set(toList(provider.properties.resource_providers_to_register).map(String));
  const needed = template.resources.flatMap(({ type }) => owners.filter(([prefix]) => type.startsWith(prefix)));
  const missing = [...new Set(needed.map(([, owner]) => owner))].filter((owner) => !registered.has(owner));
  return missing.map((owner) => ({
    resource: provider.id,
    problem: `resource_providers_to_register lacks ${owner}: a new subscription answers 409 MissingSubscriptionRegistration. Add it`,
  }));
}

const example = (resource_providers_to_register: readonly string[]): JsonObject => ({
  provider: { azurerm: [{ resource_provider_registrations: 'none', resource_providers_to_register }] },
  resource: { azurerm_storage_account: { data: { name: 'shop' } } },
});

export const providersAreRegistered: Rule = {
  name: 'providers-are-registered',
  what: 'A template that registers resource providers by name names each one that its resources belong to.',
  why: 'Version 5 of the provider registers none by default, and a new subscription has few.',
  source: [providerSource('v5.2.0', 'website/docs/guides/5.0-upgrade-guide.html.markdown')],
  clouds: ['azure'],
  check,
  examples: [{ bad: example([]), good: example(['Microsoft.Storage']) }],
};
