import { type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Resource, Template } from '../template/template.ts';
import { flexApp, providerSource } from './storage.ts';

const sizes = [512, 2_048, 4_096];
/** Node 20 ended in April 2026. */
const nodes = ['22', '24'];
/** Settings of other plans. A Flex app has arguments for them, or does not need them. */
const foreign =
  /^(ENABLE_ORYX_BUILD|FUNCTIONS_(EXTENSION_VERSION|WORKER_(RUNTIME(_VERSION)?|PROCESS_COUNT))|FUNCTIONS_MAX_HTTP_CONCURRENCY|SCM_DO_BUILD_DURING_DEPLOYMENT|WEBSITE_(CONTENT(AZUREFILECONNECTIONSTRING|SHARE|OVERVNET)|NODE_DEFAULT_VERSION|RUN_FROM_PACKAGE|USE_PLACEHOLDER|SKIP_CONTENTSHARE_VALIDATION|TIME_ZONE|VNET_ROUTE_ALL))$/;

function check(template: Template): Finding[] {
  return template
    .ofType(flexApp)
    .flatMap((app) => judge(app.properties).map((problem) => ({ resource: app.id, problem })));
}

function judge(properties: Resource['properties']): string[] {
  const { instance_memory_in_mb: memory, maximum_instance_count: most, app_settings: settings } = properties;
  const ready = toList(properties.always_ready)
    .map((one) => Number(toObject(one).instance_count ?? 0))
    .reduce((sum, count) => sum + count, 0);
  const old = Object.keys(toObject(settings)).filter((name) => foreign.test(name));
  return [
    ...(memory !== undefined && !sizes.includes(Number(memory))
      ? [
          `an instance has ${String(memory)} MB, and Flex Consumption has ${sizes.join(', ')}. Change instance_memory_in_mb`,
        ]
      : []),
    ...(most !== undefined && ready > Number(most)
      ? [`${ready} instances are always ready, more than maximum_instance_count ${String(most)}. Raise it`]
      : []),
    ...(old.length > 0
      ? [`app settings ${old.join(', ')} are for other plans: Azure refuses the app, or ignores them. Leave them out`]
      : []),
    ...(properties.runtime_name === 'node' && !nodes.includes(String(properties.runtime_version))
      ? [`Node ${String(properties.runtime_version)} is not, or no longer, supported. Use ${nodes.join(' or ')}`]
      : []),
  ];
}

const example = (more: JsonObject): JsonObject => ({
  resource: {
    [flexApp]: {
      shop: {
        runtime_name: 'node',
        runtime_version: '22',
        instance_memory_in_mb: 2_048,
        maximum_instance_count: 40,
        ...more,
      },
    },
  },
});
const good = example({});

export const flexAppArgumentsFit: Rule = {
  name: 'flex-app-arguments-fit',
  what: 'An app of a Flex plan has an instance size, a runtime and settings that the plan knows.',
  why: 'The provider checks none of them: Azure refuses the app after its accounts, identities and roles exist.',
  source: [
    'https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#instance-sizes',
    'https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations',
    'https://learn.microsoft.com/azure/azure-functions/deployment-zip-push',
    providerSource('v5.2.0', 'internal/services/appservice/function_app_flex_consumption_resource.go'),
  ],
  clouds: ['azure'],
  check,
  examples: [
    { bad: example({ instance_memory_in_mb: 1_024 }), good },
    { bad: example({ app_settings: { WEBSITE_RUN_FROM_PACKAGE: '1' } }), good },
    { bad: example({ always_ready: [{ name: 'http', instance_count: 50 }] }), good },
    { bad: example({ runtime_version: '20' }), good },
  ],
};
