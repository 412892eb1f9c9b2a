import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { neededBy } from '../template/needed-by.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { providerSource } from './storage.ts';

const group = 'azurerm_cdn_frontdoor_origin_group';
const origin = 'azurerm_cdn_frontdoor_origin';

const check = (template: Template): Finding[] =>
  template.ofType('azurerm_cdn_frontdoor_rule').flatMap((rule) => {
    const target = template.findReferred(rule.properties.actions, group);
    if (!target) return [];
    const isReady = [...neededBy(template, rule)].some(
      (one) => one.type === origin && template.referredBy(one.properties).includes(target),
    );
    const problem = `it sends requests to ${target.id} and does not wait for an origin of it: Front Door refuses a group without origins. Add a depends_on`;
    return isReady ? [] : [{ resource: rule.id, problem }];
  });

const example = (dependsOn: readonly string[]): JsonObject => ({
  resource: {
    [group]: { stock: { name: 'stock' } },
    [origin]: { stock: { cdn_frontdoor_origin_group_id: ref(`${group}.stock.id`) } },
    azurerm_cdn_frontdoor_rule: {
      writes: {
        name: 'writes',
        actions: {
          route_configuration_override: {
            origin_group: { cdn_frontdoor_origin_group_id: ref(`${group}.stock.id`), forwarding_protocol: 'HttpsOnly' },
          },
        },
        depends_on: dependsOn,
      },
    },
  },
});

export const ruleWaitsForItsOrigin: Rule = {
  name: 'rule-waits-for-its-origin',
  what: 'A rule of Front Door that names an origin group waits for an origin of the group.',
  why: 'The rule refers to the group, but nothing makes Terraform create the origin first; without one Front Door refuses the rule, and on destroy the origin while the rule is there.',
  source: [providerSource('v5.2.0', 'website/docs/r/cdn_frontdoor_rule.html.markdown')],
  clouds: ['azure'],
  check,
  examples: [{ bad: example([]), good: example([`${origin}.stock`]) }],
};
