import { type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Template } from '../template/template.ts';
import { blockOf } from './apis.ts';

function check(template: Template): Finding[] {
  const policies = template.ofType('google_monitoring_alert_policy');
  if (policies.length === 0) return [];
  const absences = policies.flatMap(({ properties }) =>
    toList(properties.conditions).map((one) => JSON.stringify(toObject(one).condition_absent ?? '')),
  );
  return template
    .ofType('google_cloud_scheduler_job')
    .filter((job) => {
      const host = /^https:\/\/([a-z0-9-]+?)(-\$|-\d|\.)/.exec(String(blockOf(job, 'http_target').uri))?.[1] ?? '';
      return !absences.some((filter) => filter.includes(`"${host}\\"`) || filter.includes(`\\"${host}\\"`));
    })
    .map(({ id }) => ({
      resource: id,
      problem:
        'no alert has a condition_absent for what it calls: a paused job or a refused call is noticed by nobody. Add one on the successful requests of its service',
    }));
}

const example = (condition: JsonObject): JsonObject => ({
  resource: {
    google_cloud_scheduler_job: {
      sweeper: {
        http_target: {
          uri: 'https://sweeper-123456789012.europe-west1.run.app',
          oidc_token: { audience: 'https://sweeper-123456789012.europe-west1.run.app' },
        },
      },
    },
    google_monitoring_alert_policy: { stopped: { conditions: [condition] } },
  },
});
const filter = 'resource.labels.service_name="sweeper" AND metric.labels.response_code_class="2xx"';

export const schedulesHaveADeadMansSwitch: Rule = {
  name: 'schedules-have-a-dead-mans-switch',
  what: 'What Cloud Scheduler calls has an alert that fires when it was not called.',
  why: 'A timer that no longer runs makes no error: stuck orders stay stuck, and every other alert is silent.',
  source: ['https://cloud.google.com/monitoring/alerts/metric-absence'],
  clouds: ['google'],
  check,
  examples: [{ bad: example({ condition_threshold: { filter } }), good: example({ condition_absent: { filter } }) }],
};
