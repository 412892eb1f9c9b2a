import { type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';

const type = 'google_compute_managed_ssl_certificate';

function check(template: Template): Finding[] {
  return template.ofType(type).flatMap(({ id, properties }) => {
    const first = toObject(toList(properties.lifecycle)[0] ?? properties.lifecycle).create_before_destroy === true;
    const name = String(properties.name ?? '');
    // A name that changes with the domain: a digest, or an id of the random provider.
    const changes = properties.name === undefined || name.includes('${');
    if (first && changes) return [];
    const problem = `${first ? `its name '${name}' stays` : 'it is deleted before its successor exists'}: with another domain the apply stops with "resourceInUseByAnotherResource", because the proxy still uses it. Set create_before_destroy, and a name that follows the domain`;
    return [{ resource: id, problem }];
  });
}

const example = (more: JsonObject): JsonObject => ({
  resource: {
    [type]: { shop: { managed: { domains: [ref('var.domain')] }, ...more } },
    google_compute_target_https_proxy: { shop: { ssl_certificates: [ref(`${type}.shop.id`)] } },
  },
});
const name = `shop-${ref('substr(sha256(var.domain), 0, 8)')}`;
const good = example({ name, lifecycle: { create_before_destroy: true } });

export const certificatesCanBeReplaced: Rule = {
  name: 'certificates-can-be-replaced',
  what: 'A managed certificate is created before the one that it replaces is deleted, under a name that follows its domains.',
  why: 'Another domain is another certificate, and Google deletes none that a proxy uses: the shop cannot get a new host name.',
  source: [
    'https://github.com/hashicorp/terraform-provider-google/blob/v7.45.0/website/docs/r/compute_managed_ssl_certificate.html.markdown',
    'https://github.com/hashicorp/terraform-provider-google/issues/6147',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example({ name }), good },
    { bad: example({ name: 'shop', lifecycle: { create_before_destroy: true } }), good },
  ],
};
