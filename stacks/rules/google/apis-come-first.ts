import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { neededBy } from '../template/needed-by.ts';
import { ref } from '../template/ref.ts';
import type { Resource, Template } from '../template/template.ts';
import { apisOf, enabledApis, enabledBy, service } from './apis.ts';

/** Needed to use the resource, not to create it. */
const usedLater = ['iamcredentials', 'sts'];

function check(template: Template): Finding[] {
  if (template.ofType(service).length === 0) return [];
  return template.resources
    .filter(({ type }) => type !== service)
    .flatMap((resource) => {
      const missing = findMissing(template, resource);
      if (missing.length === 0) return [];
      const names = missing.map((api) => `${api}.googleapis.com`).join(', ');
      const problem = `it does not wait for ${service} of ${names}, so that Terraform creates it while its API is still disabled: 403. Add a depends_on`;
      return [{ resource: resource.id, problem }];
    });
}

/** The resource's APIs that it does not wait for. An API that is never enabled breaks another rule. */
function findMissing(template: Template, resource: Resource): readonly string[] {
  const own = apisOf(resource).filter((api) => !usedLater.includes(api));
  if (own.length === 0) return [];
  const waitedFor = [...neededBy(template, resource)].filter(({ type }) => type === service).map(enabledBy);
  if (waitedFor.includes(undefined)) return [];
  const enabled = enabledApis(template);
  const reached = new Set(waitedFor.flatMap((apis) => apis ?? []));
  return own.filter((api) => !reached.has(api) && (reached.size === 0 || enabled === undefined || enabled.has(api)));
}

const example = (dependsOn: readonly string[]): JsonObject => ({
  resource: {
    google_project_service: {
      usage: { service: 'serviceusage.googleapis.com' },
      pubsub: { service: 'pubsub.googleapis.com' },
    },
    google_pubsub_topic: { orders: { name: 'orders', depends_on: dependsOn } },
    google_pubsub_subscription: { orders: { name: 'orders', topic: ref('google_pubsub_topic.orders.id') } },
  },
});

export const apisComeFirst: Rule = {
  name: 'apis-come-first',
  what: 'Each resource waits until the APIs of its own service are enabled, itself or through what it refers to.',
  why: 'Terraform creates in parallel what does not depend on each other: the first apply in a new project stops with 403.',
  source: [
    'https://github.com/hashicorp/terraform-provider-google/blob/v7.45.0/website/docs/r/google_project_service.html.markdown',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example([]), good: example(['google_project_service.pubsub']) },
    { bad: example(['google_project_service.usage']), good: example(['google_project_service.pubsub']) },
  ],
};
