import { type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Template } from '../template/template.ts';

const minute = 60;
/** 23 hours and a half. */
const longest = 84_600;
const seconds = (value: JsonObject[string] | undefined): number => Number.parseFloat(String(value));
const kinds = ['condition_threshold', 'condition_absent', 'condition_matched_log'];

function check(template: Template): Finding[] {
  return template.ofType('google_monitoring_alert_policy').flatMap(({ id, properties }) => {
    const conditions = toList(properties.conditions).map(toObject);
    const strategy = toObject(toList(properties.alert_strategy)[0]);
    const problems = conditions.flatMap((condition) =>
      kinds.flatMap((kind) =>
        condition[kind] === undefined ? [] : judge(kind, toObject(toList(condition[kind])[0] ?? condition[kind])),
      ),
    );
    const logs = conditions.filter(({ condition_matched_log: log }) => log !== undefined).length;
    const period = toObject(toList(strategy.notification_rate_limit)[0]).period;
    if (logs > 0 && period === undefined)
      problems.push(
        'each log entry would notify: the API wants alert_strategy.notification_rate_limit. Set its period',
      );
    if (logs > 0 && conditions.length > 1)
      problems.push('a condition on log entries is the only one of its policy. Make a policy for each');
    if (strategy.auto_close !== undefined && seconds(strategy.auto_close) < 30 * minute)
      problems.push(`auto_close is ${String(strategy.auto_close)}, and the least is 1800s. Raise it`);
    return problems.map((problem) => ({ resource: id, problem }));
  });
}

function judge(kind: string, condition: JsonObject): string[] {
  const duration = seconds(condition.duration);
  if (!Number.isFinite(duration)) return [];
  const least = kind === 'condition_absent' ? 2 * minute : 0;
  const fits = duration % minute === 0 && duration >= least && duration <= longest;
  return fits
    ? []
    : [`${kind}.duration is ${duration}s, and the API accepts whole minutes from ${least}s to ${longest}s. Change it`];
}

const example = (conditions: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  resource: { google_monitoring_alert_policy: { alert: { combiner: 'OR', conditions, ...more } } },
});
const log = { condition_matched_log: { filter: 'severity=ERROR' } };
const limited = { alert_strategy: { notification_rate_limit: { period: '300s' }, auto_close: '1800s' } };
const absent = (duration: string) => ({ condition_absent: { filter: 'f', duration } });

export const alertPoliciesFit: Rule = {
  name: 'alert-policies-fit',
  what: 'An alert waits for whole minutes, and one on log entries limits how often it notifies.',
  why: 'Monitoring answers 400 to anything else, for that policy alone: the apply ends with all but the alerts.',
  source: [
    'https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies',
    'https://cloud.google.com/monitoring/alerts/metric-absence',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example([log]), good: example([log], limited) },
    { bad: example([log, log], limited), good: example([log], limited) },
    { bad: example([absent('60s')]), good: example([absent('120s')]) },
    { bad: example([absent('90000s')]), good: example([absent('3600s')]) },
  ],
};
