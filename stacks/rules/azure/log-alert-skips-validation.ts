import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { providerSource } from './storage.ts';

const type = 'azurerm_monitor_scheduled_query_rules_alert_v2';

const check = (template: Template): Finding[] =>
  template
    .ofType(type)
    .filter(({ properties }) => properties.skip_query_validation !== true)
    .filter(({ properties }) => template.findReferred(properties.scopes, 'azurerm_log_analytics_workspace'))
    .map(({ id }) => ({
      resource: id,
      problem:
        'its workspace is new and has no tables yet, so that Azure refuses the query: 400 "Failed to resolve table". Set skip_query_validation',
    }));

const example = (more: JsonObject): JsonObject => ({
  resource: {
    azurerm_log_analytics_workspace: { logs: { name: 'logs' } },
    [type]: {
      errors: {
        scopes: [ref('azurerm_log_analytics_workspace.logs.id')],
        criteria: [{ query: 'AppExceptions', operator: 'GreaterThan', threshold: 5 }],
        ...more,
      },
    },
  },
});

export const logAlertSkipsValidation: Rule = {
  name: 'log-alert-skips-validation',
  what: 'An alert on a workspace of the same template skips the validation of its query.',
  why: 'A table of a workspace exists only once something was logged to it: the first apply stops at the first alert.',
  source: [
    providerSource('v5.2.0', 'internal/services/monitor/monitor_scheduled_query_rules_alert_v2_resource.go'),
    'https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-troubleshoot-log',
  ],
  clouds: ['azure'],
  check,
  examples: [{ bad: example({}), good: example({ skip_query_validation: true }) }],
};
