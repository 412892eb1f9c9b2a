import { type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { isEnabled } from '../template/enabled.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';

const profile = 'azurerm_cdn_frontdoor_profile';
const wanted: readonly (readonly string[])[] = [['Percentage5XX'], ['TotalLatency', 'OriginLatency']];

/** A template without any alert leaves them to another template. */
function check(template: Template): Finding[] {
  const alerts = template.ofType('azurerm_monitor_metric_alert');
  if (alerts.length === 0 && template.ofType('azurerm_monitor_action_group').length === 0) return [];
  return template.ofType(profile).flatMap((door) => {
    const metrics = alerts
      .filter(isEnabled)
      .filter(({ properties }) => template.referredBy(properties.scopes).includes(door))
      .flatMap(({ properties }) => toList(properties.criteria).map((one) => String(toObject(one).metric_name)));
    return wanted
      .filter((names) => !names.some((name) => metrics.includes(name)))
      .map(([name]) => ({
        resource: door.id,
        problem: `no enabled alert reads its metric ${name}: an app that does not answer at all logs nothing, and nobody is told. Add one`,
      }));
  });
}

const example = (metrics: readonly string[], more: JsonObject = {}): JsonObject => ({
  resource: {
    [profile]: { shop: { name: 'shop' } },
    azurerm_monitor_metric_alert: Object.fromEntries(
      metrics.map((metric_name) => [
        metric_name,
        {
          scopes: [ref(`${profile}.shop.id`)],
          criteria: [{ metric_name, operator: 'GreaterThan', threshold: 5 }],
          ...more,
        },
      ]),
    ),
  },
});

const good = example(['Percentage5XX', 'TotalLatency']);

export const frontDoorIsWatched: Rule = {
  name: 'front-door-is-watched',
  what: 'A profile of Front Door has enabled alerts on its share of 5xx and on its latency.',
  why: 'The queries of the logs see only what a function logged: an app without code, or one that is refused, logs nothing.',
  source: ['https://learn.microsoft.com/azure/frontdoor/monitor-front-door-reference#metrics'],
  clouds: ['azure'],
  check,
  examples: [
    { bad: example(['Percentage5XX']), good },
    { bad: example(['Percentage5XX', 'TotalLatency'], { enabled: false }), good },
  ],
};
