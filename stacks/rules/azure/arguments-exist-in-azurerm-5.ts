import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Template } from '../template/template.ts';
import { providerSource } from './storage.ts';

/** Arguments that version 5 removed, for the types that a stage like ours uses, with their replacements. */
const removed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  azurerm_cdn_frontdoor_rule: {
    behavior_on_match: 'behaviour_on_match',
    request_header_action: 'modify_request_header',
    response_header_action: 'modify_response_header',
    route_configuration_override_action: 'route_configuration_override',
    url_redirect_action: 'url_redirect',
    url_rewrite_action: 'url_rewrite',
    request_method_condition: 'request_method',
    url_path_condition: 'request_path',
  },
  azurerm_cdn_frontdoor_custom_domain: { minimum_tls_version: 'tls.minimum_version' },
  azurerm_monitor_diagnostic_setting: { metric: 'enabled_metric', retention_policy: 'no longer there' },
  azurerm_storage_account: {
    static_website: 'azurerm_storage_account_static_website',
    queue_properties: 'azurerm_storage_account_queue_properties',
  },
  azurerm_log_analytics_workspace: {
    local_authentication_disabled: 'local_authentication_enabled',
    internet_ingestion_enabled: 'internet_ingestion_access_type',
    internet_query_enabled: 'internet_query_access_type',
  },
  azurerm_application_insights: {
    disable_ip_masking: 'ip_masking_enabled',
    local_authentication_disabled: 'local_authentication_enabled',
  },
};

/** The names of all arguments, at any depth. */
function namesIn(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => [name, ...namesIn(one)]);
}

const check = (template: Template): Finding[] =>
  Object.entries(removed).flatMap(([type, names]) =>
    template.ofType(type).flatMap(({ id, properties }) => {
      const old = namesIn(properties).filter((name) => Object.hasOwn(names, name));
      if (old.length === 0) return [];
      const said = old.map((name) => `${name} (now ${names[name]})`).join(', ');
      return [{ resource: id, problem: `azurerm 5 removed ${said}: "An argument named ... is not expected here"` }];
    }),
  );

const example = (name: string): JsonObject => ({
  resource: { azurerm_cdn_frontdoor_rule: { headers: { name: 'headers', order: 1, [name]: 'Continue' } } },
});

export const argumentsExistInAzurerm5: Rule = {
  name: 'arguments-exist-in-azurerm-5',
  what: 'No resource uses an argument that version 5 of the provider removed.',
  why: 'Terraform refuses the whole file at the plan, and bindings of version 4 still write them.',
  source: [providerSource('v5.2.0', 'website/docs/guides/5.0-upgrade-guide.html.markdown')],
  clouds: ['azure'],
  check,
  examples: [{ bad: example('behavior_on_match'), good: example('behaviour_on_match') }],
};
