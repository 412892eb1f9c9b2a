import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Template } from '../template/template.ts';
import { providerSource } from './storage.ts';

const hyphened = (most: number) => new RegExp(`^[\\da-zA-Z][-\\da-zA-Z]{0,${most - 2}}[\\da-zA-Z]$`);
/** Placeholder for a variable in a name, at its maximum length. */
const filledIn = 'x'.repeat(8);

/** The provider's own patterns for names, where it has them. It checks in the plan, and only known values. */
const names: Readonly<Record<string, RegExp>> = {
  azurerm_cdn_frontdoor_endpoint: hyphened(46),
  azurerm_cdn_frontdoor_firewall_policy: /^[a-zA-Z][\da-zA-Z]{0,127}$/,
  azurerm_cdn_frontdoor_origin: hyphened(90),
  azurerm_cdn_frontdoor_origin_group: hyphened(90),
  azurerm_cdn_frontdoor_profile: hyphened(260),
  azurerm_cdn_frontdoor_route: hyphened(90),
  azurerm_cdn_frontdoor_rule: /^[a-zA-Z][\da-zA-Z]{0,259}$/,
  azurerm_cdn_frontdoor_rule_set: /^[a-zA-Z][\da-zA-Z]{0,59}$/,
};

const check = (template: Template): Finding[] =>
  Object.entries(names).flatMap(([type, form]) =>
    template.ofType(type).flatMap(({ id, properties }) => {
      const name = String(properties.name ?? '').replaceAll(/\$\{[^}]+\}/g, filledIn);
      if (form.test(name)) return [];
      return [
        { resource: id, problem: `its name '${name}' does not match ${form.source}: Front Door refuses it. Change it` },
      ];
    }),
  );

const example = (type: string, name: string): JsonObject => ({ resource: { [type]: { shop: { name } } } });
const ruleSet = 'azurerm_cdn_frontdoor_rule_set';
const endpoint = 'azurerm_cdn_frontdoor_endpoint';

export const frontDoorNamesFit: Rule = {
  name: 'front-door-names-fit',
  what: "Names of Front Door's parts have the letters and the length that each part accepts.",
  why: 'Rule sets, rules and firewall policies take no hyphen, the others do, and an endpoint takes 46 characters: the apply stops at the first that does not fit.',
  source: [
    providerSource('v5.2.0', 'internal/services/cdn/validate/front_door_rule_set_name.go'),
    providerSource('v5.2.0', 'internal/services/cdn/validate/front_door_endpoint_name.go'),
    providerSource('v5.2.0', 'internal/services/cdn/validate/front_door_firewall_policy_name.go'),
  ],
  clouds: ['azure'],
  check,
  examples: [
    { bad: example(ruleSet, 'page-headers'), good: example(ruleSet, 'pageheaders') },
    { bad: example(endpoint, `shop-${'x'.repeat(50)}`), good: example(endpoint, 'dev-shop-acme1') },
  ],
};
