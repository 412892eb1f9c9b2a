import { type JsonObject, toList } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { providerSource } from './storage.ts';

const policy = 'azurerm_cdn_frontdoor_firewall_policy';
const profile = 'azurerm_cdn_frontdoor_profile';
const attached = 'azurerm_cdn_frontdoor_security_policy';
const premium = 'Premium_AzureFrontDoor';

/** The tier, also if it is taken from a profile of the template. */
function tierOf(template: Template, value: JsonObject[string] | undefined): string {
  const named = template.findReferred(value, profile);
  return String((named ? named.properties.sku_name : value) ?? '');
}

function check(template: Template): Finding[] {
  const managed = template
    .ofType(policy)
    .filter(({ properties }) => toList(properties.managed_rule).length > 0)
    .filter(({ properties }) => tierOf(template, properties.sku_name) !== premium)
    .map(({ id, properties }) => ({
      resource: id,
      problem: `managed_rule with ${tierOf(template, properties.sku_name)}: "only supported with the Premium_AzureFrontDoor sku". Take the tier, or leave the rules out`,
    }));
  const mixed = template.ofType(attached).flatMap(({ id, properties }) => {
    const [wall, edge] = [policy, profile].map((type) => template.findReferred(properties, type));
    if (!wall || !edge) return [];
    const [own, other] = [tierOf(template, wall.properties.sku_name), tierOf(template, edge.properties.sku_name)];
    const problem = `a policy of ${own} at a profile of ${other}: Azure attaches only one of the same tier. Give both the same`;
    return own === other ? [] : [{ resource: id, problem }];
  });
  return [...managed, ...mixed];
}

const example = (wall: string, edge: string, rules: readonly JsonObject[]): JsonObject => ({
  resource: {
    [profile]: { edge: { name: 'edge', sku_name: edge } },
    [policy]: { wall: { name: 'wall', sku_name: wall, mode: 'Prevention', managed_rule: rules } },
    [attached]: {
      wall: {
        cdn_frontdoor_profile_id: ref(`${profile}.edge.id`),
        security_policies: { firewall: { cdn_frontdoor_firewall_policy_id: ref(`${policy}.wall.id`) } },
      },
    },
  },
});
const standard = 'Standard_AzureFrontDoor';
const rules = [{ type: 'Microsoft_DefaultRuleSet', version: '2.1', action: 'Block' }];

export const firewallFitsItsProfile: Rule = {
  name: 'firewall-fits-its-profile',
  what: "A firewall policy has its profile's tier, and managed rules only in Premium.",
  why: 'Azure refuses the policy or its attachment, when profile, routes and apps exist; a profile cannot go back to Standard.',
  source: [
    providerSource('v5.2.0', 'internal/services/cdn/cdn_frontdoor_firewall_policy_resource.go'),
    'https://learn.microsoft.com/azure/web-application-firewall/afds/afds-overview',
  ],
  clouds: ['azure'],
  check,
  examples: [
    { bad: example(standard, standard, rules), good: example(premium, premium, rules) },
    { bad: example(premium, standard, []), good: example(standard, standard, []) },
  ],
};
