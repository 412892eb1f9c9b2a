import { firstObject, type JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { providerSource } from './storage.ts';

function check(template: Template): Finding[] {
  if (template.ofType('azurerm_application_insights').length === 0) return [];
  const features = firstObject(
    template.ofType('provider').find(({ id }) => id === 'provider.azurerm')?.properties.features,
  );
  if (firstObject(features.resource_group).prevent_deletion_if_contains_resources === false) return [];
  return template
    .ofType('azurerm_resource_group')
    .filter(({ kept }) => !kept)
    .map(({ id }) => ({
      resource: id,
      problem:
        'Azure adds an alert rule to Application Insights by itself, and the provider refuses to delete a group that holds what it did not create. Set features.resource_group.prevent_deletion_if_contains_resources to false',
    }));
}

const example = (features: JsonObject): JsonObject => ({
  provider: { azurerm: [{ features: [features] }] },
  resource: {
    azurerm_resource_group: { shop: { name: 'shop' } },
    azurerm_application_insights: { shop: { resource_group_name: ref('azurerm_resource_group.shop.name') } },
  },
});

export const groupCanBeDestroyed: Rule = {
  name: 'group-can-be-destroyed',
  what: 'A resource group that is not kept can be destroyed with what Azure adds to it.',
  why: 'Application Insights generates the rule "Failure Anomalies" in its group: `terraform destroy` stops at the group.',
  source: [
    providerSource('v5.2.0', 'internal/services/applicationinsights/application_insights_resource.go'),
    providerSource('v5.2.0', 'website/docs/guides/features-block.html.markdown'),
  ],
  clouds: ['azure'],
  check,
  examples: [
    {
      bad: example({}),
      good: example({ resource_group: [{ prevent_deletion_if_contains_resources: false }] }),
    },
  ],
};
