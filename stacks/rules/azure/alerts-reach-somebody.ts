import { type Json, type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { isEnabled } from '../template/enabled.ts';
import { ref } from '../template/ref.ts';
import type { Resource, Template } from '../template/template.ts';

const group = 'azurerm_monitor_action_group';
const alertTypes = [
  'azurerm_monitor_activity_log_alert',
  'azurerm_monitor_metric_alert',
  'azurerm_monitor_scheduled_query_rules_alert',
  'azurerm_monitor_scheduled_query_rules_alert_v2',
];

function check(template: Template): Finding[] {
  const alerts = template.ofType(...alertTypes);
  const groups = template.ofType(group);
  const isDeaf = groups.length === 0 && !alerts.some(({ properties }) => namesAnything(properties.action));
  // Such a rule adds a group to every alert of its scopes.
  const isAdded = template.ofType('azurerm_monitor_alert_processing_rule_action_group').some(isEnabled);
  const silent = isDeaf ? [] : alerts.filter((alert) => !(isEnabled(alert) && (isAdded || hasAction(alert))));
  return [
    ...silent.map((alert) => ({ resource: alert.id, problem: describe(alert) })),
    ...groups
      .filter((one) => !(isEnabled(one) && hasReceiver(one)))
      .map(({ id }) => ({
        resource: id,
        problem: 'it has no receiver, or is disabled: alerts that name it tell nobody. Add an email_receiver',
      })),
  ];
}

const dynamicOf = ({ properties }: Resource): JsonObject => toObject(toList(properties.dynamic)[0]);

const hasAction = (alert: Resource): boolean =>
  namesAnything(alert.properties.action) || dynamicOf(alert).action !== undefined;

const describe = (alert: Resource): string =>
  isEnabled(alert)
    ? 'it names no action group: it fires, and nobody is told. Add an action with the group'
    : 'it is disabled: it never fires. Remove enabled, or set it to true';

/** Whether the blocks of an argument hold any text: each type of alert spells its groups differently. */
function namesAnything(value: Json | undefined): boolean {
  if (typeof value === 'string') return value !== '';
  if (Array.isArray(value)) return value.some(namesAnything);
  return Object.values(toObject(value)).some(namesAnything);
}

function hasReceiver(one: Resource): boolean {
  const blocks = Object.entries({ ...one.properties, ...dynamicOf(one) });
  return blocks.some(([name, value]) => name.endsWith('_receiver') && toList(value).length > 0);
}

const people: JsonObject = {
  name: 'people',
  short_name: 'people',
  email_receiver: [{ name: 'on-duty', email_address: 'night@shop.test' }],
};
const example = (more: JsonObject, type = 'azurerm_monitor_metric_alert', own = people): JsonObject => ({
  resource: {
    [group]: { people: own },
    [type]: { slow: { scopes: ['x'], skip_query_validation: true, criteria: [{ metric_name: 'Latency' }], ...more } },
  },
});
const query = 'azurerm_monitor_scheduled_query_rules_alert_v2';
const action = [{ action_group_id: ref(`${group}.people.id`) }];
const good = example({ action });

export const alertsReachSomebody: Rule = {
  name: 'alerts-reach-somebody',
  what: 'Where a template has an action group, each alert is enabled and names one, and each group has a receiver.',
  why: 'Azure accepts an alert without an action, and a group without a receiver. The alert fires in the portal, and nobody is told.',
  source: [
    'https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups',
    'https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/monitor_metric_alert',
  ],
  clouds: ['azure'],
  check,
  examples: [
    { bad: example({}), good },
    { bad: example({ action, enabled: false }), good },
    {
      bad: example({ action: { action_groups: [] } }, query),
      good: example({ action: { action_groups: ['id'] } }, query),
    },
    { bad: example({ action }, undefined, { name: 'people', short_name: 'people' }), good },
  ],
};
