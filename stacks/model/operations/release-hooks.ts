import { openOrdersIndex, ordersByCustomerIndex } from '../../../functions/contracts/table-keys.ts';
import { aliasName, metricsNamespace, physicalName } from '../names.ts';
import { serviceNames, type TableAccess } from '../services.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { type Statement, statement, statementsFor } from '../statements.ts';
import { tableName } from '../table-shapes.ts';
import type { Place } from './apply-rights.ts';
import { type ReleaseHook, releaseApplication } from './release-names.ts';

/** Above the longest wait of a rehearsal, which calls slow functions too. */
export const hookTimeoutSeconds = 300;
export const hookMemoryMb = 512;

const table = (name: TableAccess['table'], ...actions: TableAccess['actions']): TableAccess => ({
  kind: 'table',
  env: `${name.toUpperCase()}_TABLE`,
  table: name,
  actions,
});

/** Tables that each hook reads. The rehearsal also writes one order, for the worker that settles it. */
const accesses: Readonly<Record<ReleaseHook, readonly TableAccess[]>> = {
  rehearsal: [table('orders', 'get', 'put'), table('catalog', 'get')],
  inspection: [
    { ...table('orders', 'get'), index: { name: openOrdersIndex, actions: ['query'] } },
    table('catalog', 'get'),
    table('stock', 'get'),
  ],
};

/** `originSecret`: in the form that the functions behind the CDN accept; the rehearsal calls them without the CDN. */
export function hookEnvironment(
  stage: Stage,
  hook: ReleaseHook,
  originSecret: string | undefined,
): Record<string, string> {
  const tables = accesses[hook].map(({ env, table: name }) => [env, tableName(stage, name)]);
  const common = {
    STAGE: stage.name,
    POWERTOOLS_SERVICE_NAME: hook,
    POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(stage.name),
    LOG_LEVEL: stage.logLevel,
    ...Object.fromEntries(tables),
  };
  if (hook === 'inspection') return { ...common, LATE_MS: String(stage.alarms.queueAgeSeconds * 2_000) };
  return {
    ...common,
    FUNCTION_PREFIX: physicalName(stage.name, ''),
    LIVE_ALIAS: aliasName,
    ...(originSecret !== undefined && { ORIGIN_SECRET: originSecret }),
  };
}

/** Permissions of a hook, apart from its logs. */
export function hookStatements(stage: Stage, hook: ReleaseHook, place: Place): Statement[] {
  const { partition, account, region } = place;
  const here = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const group = here('codedeploy', `deploymentgroup:${releaseApplication(stage)}/*`);
  const orders = here('dynamodb', `table/${tableName(stage, 'orders')}`);
  const own = accesses[hook].flatMap((access) =>
    statementsFor(access, [here('dynamodb', `table/${tableName(stage, access.table)}`)]),
  );
  const release = statement(
    'RELEASE',
    ['codedeploy:GetDeployment', 'codedeploy:PutLifecycleEventHookExecutionStatus'],
    [group],
  );
  if (hook === 'inspection')
    return [
      release,
      ...own,
      statement('ORDERS_OF_CUSTOMER', ['dynamodb:Query'], [`${orders}/index/${ordersByCustomerIndex}`]),
    ];
  // The new version, and the alias for all others.
  const versions = serviceNames.map(
    (service) => `${here('lambda', `function:${physicalName(stage.name, service)}`)}:*`,
  );
  return [release, ...own, statement('VERSIONS', ['lambda:InvokeFunction'], versions)];
}
