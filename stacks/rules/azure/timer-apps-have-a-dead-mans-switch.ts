import { firstObject, type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { findGaps } from '../template/cron.ts';
import { isEnabled } from '../template/enabled.ts';
import { ref } from '../template/ref.ts';
import type { Resource, Template } from '../template/template.ts';

const query = 'azurerm_monitor_scheduled_query_rules_alert_v2';
const minute = 60;

/** A template without any alert leaves them to another template. */
function check(template: Template): Finding[] {
  const alerts = template.ofType(query);
  if (alerts.length === 0 && template.ofType('azurerm_monitor_action_group').length === 0) return [];
  const apps = template.resources.filter(({ type }) => /^azurerm_(\w+_)?function_app(_flex_consumption)?$/.test(type));
  return apps.flatMap((app) => {
    const schedules = findSchedules(app);
    const switches = alerts.filter((alert) => firesInSilence(alert) && isAbout(template, alert, app));
    const longest = Math.max(0, ...schedules.map(gapOf));
    if (schedules.length === 0 || switches.some((alert) => windowOf(alert) >= longest)) return [];
    const problem =
      switches.length === 0
        ? 'no alert fires when its timer stops. Add one on its requests: fewer than 1, with AppRoleName in the query'
        : `its timer runs once in ${longest} s, and the alert on that fires between two runs. Lengthen window_duration`;
    return [{ resource: app.id, problem }];
  });
}

/** Settings that hold an NCRONTAB expression, which a timer names as `%SETTING%`. */
const findSchedules = ({ properties }: Resource): readonly string[] =>
  Object.values(toObject(properties.app_settings))
    .map(String)
    .filter((value) => /^([\d*/,-]+ ){4,5}[\dA-Za-z*/,-]+$/.test(value));

function gapOf(schedule: string): number {
  const fields = schedule.split(' ');
  const [minutes = '', hours = ''] = fields.length === 6 ? fields.slice(1) : fields;
  return findGaps(minutes, hours)?.longest ?? 0;
}

const firesInSilence = (alert: Resource): boolean =>
  isEnabled(alert) && /^(LessThan|Equal)/.test(String(firstObject(alert.properties.criteria).operator));

/** Matches a reference, or the known part of the app's name. Another app's name may begin the same. */
function isAbout(template: Template, { properties }: Resource, app: Resource): boolean {
  if (template.referredBy([properties.scopes ?? [], properties.criteria ?? []]).includes(app)) return true;
  const known = String(app.properties.name).replace(/-?\$\{.*$/, '');
  const quoted = String(firstObject(properties.criteria).query).matchAll(/'([^']*)'|"([^"]*)"/g);
  return [...quoted].some(([, single, double]) => known !== '' && (single ?? double)?.replace(/-$/, '') === known);
}

/** Converts `PT5M`, `PT2H` or `P1D` to seconds. */
function windowOf({ properties }: Resource): number {
  const [, days = 0, hours = 0, minutes = 0] =
    /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?$/.exec(String(properties.window_duration)) ?? [];
  const all = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * minute;
  return all === 0 ? Number.POSITIVE_INFINITY : all;
}

const example = (alert: JsonObject, criteria: JsonObject = {}): JsonObject => ({
  resource: {
    azurerm_function_app_flex_consumption: {
      sweeper: { name: `shop-sweeper-${ref('var.suffix')}`, app_settings: { EVERY: '0 */5 * * * *' } },
    },
    [query]: {
      stopped: {
        skip_query_validation: true,
        window_duration: 'PT30M',
        criteria: toList({
          query: "AppRequests | where AppRoleName startswith 'shop-sweeper'",
          operator: 'LessThan',
          threshold: 1,
          ...criteria,
        }),
        ...alert,
      },
    },
  },
});
const good = example({});

export const timerAppsHaveADeadMansSwitch: Rule = {
  name: 'timer-apps-have-a-dead-mans-switch',
  what: 'A function app with the schedule of a timer has an alert that fires when it did not run, with a window as long as the schedule.',
  why: 'A timer that no longer runs makes no error: stuck orders stay stuck, and every other alert is silent.',
  source: [
    'https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer',
    'https://learn.microsoft.com/azure/azure-monitor/reference/tables/apprequests',
  ],
  clouds: ['azure'],
  check,
  examples: [
    { bad: example({}, { operator: 'GreaterThan' }), good },
    { bad: example({}, { query: "AppRequests | where AppRoleName startswith 'shop-sweeper-two'" }), good },
    { bad: example({ enabled: false }), good },
    { bad: example({ enabled: 'false' }), good },
    { bad: example({ window_duration: 'PT1M' }), good },
  ],
};
