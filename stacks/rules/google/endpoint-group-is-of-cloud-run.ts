import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Template } from '../template/template.ts';

function check(template: Template): Finding[] {
  if (template.ofType('google_cloudfunctions2_function').length === 0) return [];
  return template
    .ofType('google_compute_region_network_endpoint_group')
    .filter(({ properties }) => properties.cloud_function !== undefined)
    .map(({ id }) => ({
      resource: id,
      problem:
        'cloud_function names a function of the first generation, and the template has functions of the second: the load balancer answers 404. Use cloud_run with the name of its service',
    }));
}

const example = (target: JsonObject): JsonObject => ({
  resource: {
    google_cloudfunctions2_function: { shop: { name: 'shop', build_config: { service_account: 'a' } } },
    google_compute_region_network_endpoint_group: {
      shop: { name: 'shop', region: 'r', network_endpoint_type: 'SERVERLESS', ...target },
    },
  },
});

export const endpointGroupIsOfCloudRun: Rule = {
  name: 'endpoint-group-is-of-cloud-run',
  what: 'A serverless endpoint group reaches a function of the second generation by its Cloud Run service.',
  why: 'The kind `cloud_function` looks only for functions of the first generation, and finds none.',
  source: [
    'https://cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts',
    'https://github.com/hashicorp/terraform-provider-google/blob/v7.45.0/website/docs/r/compute_region_network_endpoint_group.html.markdown',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example({ cloud_function: { function: 'shop' } }), good: example({ cloud_run: { service: 'shop' } }) },
  ],
};
