import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { apisOf, enabledApis } from './apis.ts';

/** A template that enables no API leaves that to something else. APIs listed by a variable are unknown. */
function check(template: Template): Finding[] {
  const enabled = enabledApis(template);
  if (!enabled || enabled.size === 0) return [];
  const missing = new Map<string, string>();
  for (const resource of template.resources)
    for (const api of apisOf(resource)) if (!enabled.has(api) && !missing.has(api)) missing.set(api, resource.id);
  return [...missing].map(([api, resource]) => ({
    resource,
    problem: `it needs the API ${api}.googleapis.com, which no google_project_service enables: a new project answers 403. Enable it`,
  }));
}

const enable = (...names: readonly string[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, { service: `${name}.googleapis.com` }]));

const each = (...names: readonly string[]): JsonObject => ({
  for_each: ref(`toset(${JSON.stringify(names.map((name) => `${name}.googleapis.com`))})`),
  service: ref('each.value'),
});

const example = (services: JsonObject): JsonObject => ({
  resource: {
    google_project_service: services,
    google_pubsub_topic: {
      orders: { name: 'orders', depends_on: Object.keys(services).map((name) => `google_project_service.${name}`) },
    },
  },
});

export const apisAreEnabled: Rule = {
  name: 'apis-are-enabled',
  what: 'A template that enables APIs enables each one that its resources need.',
  why: 'A new project has few: every call to another one answers 403, "has not been used in project before or it is disabled".',
  source: [
    'https://cloud.google.com/service-usage/docs/enabled-service',
    'https://cloud.google.com/functions/docs/create-deploy-gcloud',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example(enable('serviceusage')), good: example(enable('serviceusage', 'pubsub')) },
    {
      bad: example({ all: each('serviceusage', 'storage') }),
      good: example({ all: each('serviceusage', 'pubsub') }),
    },
  ],
};
