import { firstObject, type Json, type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { findGaps } from '../template/cron.ts';
import { isEnabled } from '../template/enabled.ts';
import type { Resource, Template } from '../template/template.ts';
import { blockOf } from './apis.ts';

function check(template: Template): Finding[] {
  const policies = template.ofType('google_monitoring_alert_policy');
  if (policies.length === 0) return [];
  const absences = policies.filter(isEnabled).flatMap(({ properties }) =>
    toList(properties.conditions)
      .map((one) => toObject(one).condition_absent)
      .filter((absent) => absent !== undefined),
  );
  return template.ofType('google_cloud_scheduler_job').flatMap((job) => {
    const own = absences.filter((absent) => isAbout(absent, job));
    const problem = own.length === 0 ? missing : findEarly(job, Math.max(...own.map(waitOf)));
    return problem === undefined ? [] : [{ resource: job.id, problem }];
  });
}

const missing =
  'no enabled alert has a condition_absent for what it calls: a paused job or a refused call is noticed by nobody. Add one on the successful requests of its service';

function isAbout(absent: Json, job: Resource): boolean {
  const host = /^https:\/\/([a-z0-9-]+?)(-\$|-\d|\.)/.exec(String(blockOf(job, 'http_target').uri))?.[1] ?? '';
  const text = JSON.stringify(absent);
  return text.includes(`"${host}\\"`) || text.includes(`\\"${host}\\"`);
}

/** Seconds without a run until a condition is met; one that only a deploy knows is taken for long enough. */
function waitOf(absent: Json): number {
  const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(String(firstObject(absent).duration)) ?? [];
  return seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds);
}

/** A schedule that also leaves out days has at least this gap. */
function findEarly({ properties }: Resource, waitSeconds: number): string | undefined {
  const [minutes = '', hours = ''] = String(properties.schedule).split(' ');
  const longest = findGaps(minutes, hours)?.longest ?? 0;
  if (waitSeconds >= longest) return undefined;
  return `it runs once in ${longest} s, and the alert on that fires after ${waitSeconds} s without a run: between any two. Lengthen the duration of its condition_absent`;
}

const example = (condition: JsonObject, more: JsonObject = {}): JsonObject => ({
  resource: {
    google_cloud_scheduler_job: {
      sweeper: {
        schedule: '*/5 8-18 * * *',
        http_target: {
          uri: 'https://sweeper-123456789012.europe-west1.run.app',
          oidc_token: { audience: 'https://sweeper-123456789012.europe-west1.run.app' },
        },
      },
    },
    google_monitoring_alert_policy: { stopped: { conditions: [condition], ...more } },
  },
});
const filter = 'resource.labels.service_name="sweeper" AND metric.labels.response_code_class="2xx"';

const absent = (duration: string): JsonObject => example({ condition_absent: { filter, duration } });
const good = example({ condition_absent: { filter } });

export const schedulesHaveADeadMansSwitch: Rule = {
  name: 'schedules-have-a-dead-mans-switch',
  what: 'What Cloud Scheduler calls has an enabled alert that fires when it was not called for longer than its schedule.',
  why: 'A timer that no longer runs makes no error: stuck orders stay stuck, and every other alert is silent.',
  source: [
    'https://cloud.google.com/monitoring/alerts/metric-absence',
    'https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example({ condition_threshold: { filter } }), good },
    { bad: example({ condition_absent: { filter } }, { enabled: false }), good },
    { bad: absent('3600s'), good: absent('54000s') },
  ],
};
