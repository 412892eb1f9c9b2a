import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { neededBy } from '../template/needed-by.ts';
import { ref } from '../template/ref.ts';
import type { Resource, Template } from '../template/template.ts';

const userMetric = /logging\.googleapis\.com\/user\//;

const isWait = ({ type, properties }: Resource): boolean =>
  type === 'time_sleep' || (type === 'terraform_data' && properties.provisioner !== undefined);

function check(template: Template): Finding[] {
  return template
    .ofType('google_monitoring_alert_policy')
    .filter(({ properties }) => userMetric.test(JSON.stringify(properties.conditions ?? [])))
    .filter((policy) => {
      const needed = [...neededBy(template, policy)];
      // It must wait after the metric, not only before it.
      const metrics = new Set(needed.filter(({ type }) => type === 'google_logging_metric'));
      return !needed.some((one) => isWait(one) && [...neededBy(template, one)].some((before) => metrics.has(before)));
    })
    .map(({ id }) => ({
      resource: id,
      problem:
        'the condition reads a log-based metric, which may be unknown for ten minutes after it was created: the first apply gets a 404. Use a condition on the log itself, or wait after the metric',
    }));
}

const example = (conditions: JsonObject, dependsOn: readonly string[] = []): JsonObject => ({
  resource: {
    google_logging_metric: { errors: { name: 'errors', filter: 'severity>=ERROR' } },
    time_sleep: { metric: { create_duration: '600s', depends_on: ['google_logging_metric.errors'] } },
    google_monitoring_alert_policy: {
      errors: { display_name: 'errors', conditions: [conditions], depends_on: dependsOn },
    },
  },
});
const threshold: JsonObject = {
  condition_threshold: {
    filter: `metric.type="logging.googleapis.com/user/${ref('google_logging_metric.errors.name')}"`,
  },
};

export const alertNeedsNoNewMetric: Rule = {
  name: 'alert-needs-no-new-metric',
  what: 'An alert on a log-based metric waits after the metric was created.',
  why: 'Cloud Monitoring answers "Cannot find metric(s)" with 404 until the new metric is known everywhere, up to ten minutes.',
  source: [
    'https://cloud.google.com/logging/docs/logs-based-metrics/troubleshooting',
    'https://github.com/hashicorp/terraform-provider-google/blob/v7.45.0/google/services/monitoring/resource_monitoring_alert_policy.go',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example(threshold), good: example(threshold, ['time_sleep.metric']) },
    { bad: example(threshold), good: example({ condition_matched_log: { filter: 'severity>=ERROR' } }) },
  ],
};
