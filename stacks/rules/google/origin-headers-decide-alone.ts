import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Template } from '../template/template.ts';
import { blockOf } from './apis.ts';

const times = ['default_ttl', 'max_ttl', 'client_ttl'];

const check = (template: Template): Finding[] =>
  template.ofType('google_compute_backend_service', 'google_compute_backend_bucket').flatMap((resource) => {
    const policy = blockOf(resource, 'cdn_policy');
    const set = times.filter((name) => policy[name] !== undefined && policy[name] !== null);
    if (policy.cache_mode !== 'USE_ORIGIN_HEADERS' || set.length === 0) return [];
    const problem = `${set.join(', ')} with USE_ORIGIN_HEADERS: the API answers 400. Leave them out; the origin's Cache-Control decides`;
    return [{ resource: resource.id, problem }];
  });

const example = (more: JsonObject): JsonObject => ({
  resource: {
    google_compute_backend_bucket: {
      page: { bucket_name: 'page', enable_cdn: true, cdn_policy: { cache_mode: 'USE_ORIGIN_HEADERS', ...more } },
    },
  },
});

export const originHeadersDecideAlone: Rule = {
  name: 'origin-headers-decide-alone',
  what: "A backend whose cache follows the origin's headers sets no times of its own.",
  why: 'The two exclude each other: "default_ttl, max_ttl and client_ttl cannot be specified" in that mode, and the backend is not created.',
  source: [
    'https://cloud.google.com/compute/docs/reference/rest/v1/backendServices',
    'https://cloud.google.com/cdn/docs/using-cache-modes#ttl-settings',
  ],
  clouds: ['google'],
  check,
  examples: [{ bad: example({ default_ttl: 60 }), good: example({ serve_while_stale: 60 }) }],
};
