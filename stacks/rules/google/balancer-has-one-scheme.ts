import { type JsonObject, toList } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { neededBy } from '../template/needed-by.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';

const rule = 'google_compute_global_forwarding_rule';
const backend = 'google_compute_backend_service';
const map = 'google_compute_url_map';
const classic = 'EXTERNAL';

function check(template: Template): Finding[] {
  return template.ofType(rule).flatMap((forwarding) => {
    const scheme = String(forwarding.properties.load_balancing_scheme ?? classic);
    const needed = [...neededBy(template, forwarding)];
    const others = needed
      .filter(({ type, properties }) => type === backend && (properties.load_balancing_scheme ?? classic) !== scheme)
      .map(({ id, properties }) => ({
        resource: id,
        problem: `its scheme is ${String(properties.load_balancing_scheme ?? classic)}, and ${forwarding.id} has ${scheme}: the API refuses the forwarding rule. Give both the same`,
      }));
    const routes = needed.filter(
      ({ type, properties }) =>
        type === map && scheme === classic && /"route_rules":/.test(JSON.stringify(toList(properties.path_matcher))),
    );
    return [
      ...others,
      ...routes.map(({ id }) => ({
        resource: id,
        problem: `it routes by route_rules, which a classic load balancer (${forwarding.id}: EXTERNAL) lacks. Use EXTERNAL_MANAGED`,
      })),
    ];
  });
}

const example = (front: string, back: string, matcher: JsonObject = {}): JsonObject => ({
  resource: {
    [backend]: { shop: { load_balancing_scheme: back } },
    [map]: { shop: { default_service: ref(`${backend}.shop.id`), path_matcher: [matcher] } },
    google_compute_target_https_proxy: { shop: { url_map: ref(`${map}.shop.id`) } },
    [rule]: { shop: { load_balancing_scheme: front, target: ref('google_compute_target_https_proxy.shop.id') } },
  },
});
const routes = { name: 'shop', route_rules: [{ priority: 1 }] };

export const balancerHasOneScheme: Rule = {
  name: 'balancer-has-one-scheme',
  what: 'Forwarding rules and backend services of a load balancer have one scheme, and routing rules the new one.',
  why: 'Terraform defaults to the classic scheme on each of them; one that is left out, or routes by method, is refused when all else stands.',
  source: [
    'https://cloud.google.com/load-balancing/docs/backend-service#load_balancing_scheme',
    'https://cloud.google.com/load-balancing/docs/features#routing-traffic',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example('EXTERNAL_MANAGED', 'EXTERNAL'), good: example('EXTERNAL_MANAGED', 'EXTERNAL_MANAGED') },
    { bad: example('EXTERNAL', 'EXTERNAL', routes), good: example('EXTERNAL_MANAGED', 'EXTERNAL_MANAGED', routes) },
  ],
};
