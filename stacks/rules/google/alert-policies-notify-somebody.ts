import { type JsonObject, toList } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { isEnabled } from '../template/enabled.ts';
import { ref } from '../template/ref.ts';
import type { Resource, Template } from '../template/template.ts';

const channel = 'google_monitoring_notification_channel';
const policy = 'google_monitoring_alert_policy';

/** A stage may have no recipient: then it has no channel at all. */
function check(template: Template): Finding[] {
  const policies = template.ofType(policy);
  const channels = template.ofType(channel);
  if (channels.length === 0 && !policies.some(hasChannel)) return [];
  return [
    ...policies.flatMap((one) => {
      if (!isEnabled(one)) return [finding(one, 'it is disabled: it never fires. Remove enabled, or set it to true')];
      if (hasChannel(one)) return [];
      return [finding(one, 'it names no channel: it fires, and nobody is told. Name one in notification_channels')];
    }),
    ...channels
      .filter((one) => !isEnabled(one))
      .map((one) => finding(one, 'it is disabled: it tells nobody. Remove enabled, or set it to true')),
  ];
}

const hasChannel = ({ properties }: Resource): boolean =>
  toList(properties.notification_channels).some((one) => one !== null && one !== '');

const finding = ({ id }: Resource, problem: string): Finding => ({ resource: id, problem });

const example = (more: JsonObject, own: JsonObject = {}): JsonObject => ({
  resource: {
    [channel]: { people: { type: 'email', labels: { email_address: 'night@shop.test' }, ...own } },
    [policy]: { late: { combiner: 'OR', conditions: [{ condition_threshold: { filter: 'f' } }], ...more } },
  },
});
const notification_channels = [ref(`${channel}.people.id`)];
const good = example({ notification_channels });

export const alertPoliciesNotifySomebody: Rule = {
  name: 'alert-policies-notify-somebody',
  what: 'Where a template has a notification channel, each alert policy is enabled and names one.',
  why: 'Cloud Monitoring accepts a policy without a channel, or a disabled one. Its incidents show in the console, and nobody is told.',
  source: [
    'https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies',
    'https://cloud.google.com/monitoring/support/notification-options',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example({}), good },
    { bad: example({ notification_channels: [] }), good },
    { bad: example({ notification_channels, enabled: false }), good },
    { bad: example({ notification_channels }, { enabled: false }), good },
  ],
};
