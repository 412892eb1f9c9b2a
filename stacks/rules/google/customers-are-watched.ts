import { type JsonObject, toList } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { isEnabled } from '../template/enabled.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';

const wanted = [
  { metric: 'loadbalancing.googleapis.com/https/request_count', shows: 'that customers get 5xx' },
  { metric: 'loadbalancing.googleapis.com/https/total_latencies', shows: 'that they wait' },
];

/** A template without any alert leaves them to another template. */
function check(template: Template): Finding[] {
  const policies = template.ofType('google_monitoring_alert_policy');
  if (policies.length === 0) return [];
  const conditions = JSON.stringify(policies.filter(isEnabled).map(({ properties }) => toList(properties.conditions)));
  return template.ofType('google_compute_target_https_proxy').flatMap(({ id }) =>
    wanted
      .filter(({ metric }) => !conditions.includes(metric))
      .map(({ metric, shows }) => ({
        resource: id,
        problem: `no enabled alert reads ${metric}, and nothing else shows ${shows}, whichever function answers. Add one`,
      })),
  );
}

const example = (metrics: readonly string[], more: JsonObject = {}): JsonObject => ({
  resource: {
    google_compute_target_https_proxy: { shop: { name: 'shop', url_map: ref('google_compute_url_map.shop.id') } },
    google_monitoring_alert_policy: Object.fromEntries(
      metrics.map((metric, at) => [
        `alert${at}`,
        { conditions: [{ condition_threshold: { filter: `metric.type="${metric}"` } }], ...more },
      ]),
    ),
  },
});
const all = wanted.map(({ metric }) => metric);

export const customersAreWatched: Rule = {
  name: 'customers-are-watched',
  what: 'A load balancer has enabled alerts on 5xx responses and on latency.',
  why: 'An alert on a function misses what the load balancer itself answers: no healthy backend, a wrong route, a refused connection.',
  source: ['https://cloud.google.com/load-balancing/docs/https/https-logging-monitoring'],
  clouds: ['google'],
  check,
  examples: [
    { bad: example(all.slice(0, 1)), good: example(all) },
    { bad: example(all, { enabled: false }), good: example(all) },
  ],
};
