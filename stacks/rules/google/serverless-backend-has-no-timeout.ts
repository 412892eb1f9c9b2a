import { type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Resource, Template } from '../template/template.ts';

const group = 'google_compute_region_network_endpoint_group';

function check(template: Template): Finding[] {
  return template
    .ofType('google_compute_backend_service', 'google_compute_region_backend_service')
    .filter(({ properties }) => {
      const groups = toList(properties.backend).map((backend) => template.findReferred(toObject(backend).group, group));
      return groups.some((one) => one !== undefined && isServerless(one));
    })
    .filter(({ properties }) => properties.timeout_sec !== undefined)
    .map(({ id, properties }) => ({
      resource: id,
      problem: `timeout_sec is ${String(properties.timeout_sec)} on a serverless backend: the API answers 400. Leave it out; the function's own timeout ends a request`,
    }));
}

/** Without a type, the provider makes the group serverless. */
const isServerless = ({ properties }: Resource): boolean =>
  (properties.network_endpoint_type ?? 'SERVERLESS') === 'SERVERLESS';

const example = (more: JsonObject, kind: JsonObject = {}): JsonObject => ({
  resource: {
    [group]: { shop: { name: 'shop', region: 'r', cloud_run: { service: 'shop' }, ...kind } },
    google_compute_backend_service: {
      shop: { name: 'shop', backend: [{ group: ref(`${group}.shop.id`) }], ...more },
    },
  },
});

export const serverlessBackendHasNoTimeout: Rule = {
  name: 'serverless-backend-has-no-timeout',
  what: 'A backend service with a serverless endpoint group sets no `timeout_sec`.',
  why: 'The API refuses it: "Timeout sec is not supported for a backend service with Serverless network endpoint groups".',
  source: [
    'https://github.com/terraform-google-modules/terraform-google-lb-http/pull/358',
    'https://github.com/hashicorp/terraform-provider-google/blob/v7.45.0/website/docs/r/compute_region_network_endpoint_group.html.markdown',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example({ timeout_sec: 15 }, { network_endpoint_type: 'SERVERLESS' }), good: example({}) },
    {
      bad: example({ timeout_sec: 15 }),
      good: example({ timeout_sec: 15 }, { network_endpoint_type: 'INTERNET_FQDN_PORT' }),
    },
  ],
};
