import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { neededBy } from '../template/needed-by.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { apisOf, enabledApis } from './apis.ts';

function check(template: Template): Finding[] {
  if (enabledApis(template).size === 0) return [];
  return template.resources
    .filter((resource) => apisOf(resource).length > 0 && resource.type !== 'google_project_service')
    .filter((resource) => ![...neededBy(template, resource)].some(({ type }) => type === 'google_project_service'))
    .map(({ id }) => ({
      resource: id,
      problem:
        'it waits for no google_project_service, so that Terraform creates it while its API is still disabled: 403. Add a depends_on',
    }));
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
  what: 'Each resource waits until the APIs are enabled, itself or through what it refers to.',
  why: 'Terraform creates in parallel what does not depend on each other: the first apply in a new project stops with 403.',
  source: [
    'https://github.com/hashicorp/terraform-provider-google/blob/v7.45.0/website/docs/r/google_project_service.html.markdown',
  ],
  clouds: ['google'],
  check,
  examples: [{ bad: example([]), good: example(['google_project_service.pubsub']) }],
};
