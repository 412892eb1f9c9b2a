import { describe, expect, test } from 'vitest';
import { poisonQueue, queues, tableName } from '../../functions/adapters/azure/resources.ts';
import { type CloudService, cloudServices } from '../../stacks/model/clouds/scaling.ts';
import { fulfilmentEnvironment } from '../../stacks/model/environments/fulfilment-environment.ts';
import { sweeperEnvironment } from '../../stacks/model/environments/sweeper-environment.ts';
import { physicalName } from '../../stacks/model/names.ts';
import { apiServices, services } from '../../stacks/model/services.ts';
import { type Body, named, parseReference, readResources, remote } from './synthesized.ts';

const stack = readResources('azure');

const reads = ['get', 'batchGet', 'query', 'scan'];
const onlyReads = (service: CloudService): boolean =>
  services[service].access.every(
    (access) => access.kind !== 'table' || access.actions.every((one) => reads.includes(one)),
  );

describe.each(remote)('Azure, $name', (stage) => {
  const of = stack(stage.name);

  test('creates every queue of the adapters with its poison queue, and their table', () => {
    const wanted = Object.values(queues).flatMap((queue) => [queue, poisonQueue(queue)]);
    expect(
      of('azurerm_storage_queue')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(wanted.sort());
    const [deployment] = of('azurerm_resource_group_template_deployment');
    expect(JSON.parse(String(deployment?.template_content)).resources).toMatchObject([
      {
        type: 'Microsoft.Storage/storageAccounts/tableServices/tables',
        name: expect.stringMatching(new RegExp(`/default/${tableName}$`)),
      },
    ]);
  });

  test('allows no shared keys or old TLS, and locks kept data', () => {
    for (const account of of('azurerm_storage_account'))
      expect(account).toMatchObject({
        shared_access_key_enabled: false,
        min_tls_version: 'TLS1_2',
        https_traffic_only_enabled: true,
      });
    expect(of('azurerm_management_lock')).toHaveLength(stage.deletionProtection ? 1 : 0);
    const data = of('azurerm_storage_account').find(({ name }) => /data/.test(String(name)));
    expect(data).toMatchObject({
      account_replication_type: stage.keepData ? 'GZRS' : 'ZRS',
      lifecycle: { prevent_destroy: stage.keepData },
    });
  });

  test('lets a service that writes nothing only read, and grants no service all queues of an account', () => {
    const roles = of('azurerm_role_assignment');
    const readers = roles.filter((role) => role.role_definition_name === 'Storage Table Data Reader');
    const names = readers.map((role) => parseReference(role.principal_id, 'azurerm_user_assigned_identity'));
    expect(names).toEqual(cloudServices.filter(onlyReads).map((service) => `${service}-identity`));
    expect(names).toContain('catalog-identity');
    for (const role of roles.filter((one) => /Queue/.test(String(one.role_definition_name))))
      expect(role.scope).toMatch(/queueServices\/default\/queues\//);
  });

  test('scales the apps by the stage’s settings, within the limits of Flex Consumption', () => {
    const app = (service: string) =>
      of('azurerm_function_app_flex_consumption').find(({ name }) => String(name).includes(`-${service}-`)) ?? {};
    expect(app('settlement').maximum_instance_count).toBe(Math.max(40, stage.settlement.maxConcurrency));
    const { provisioned } = stage.functions.intake;
    expect(app('intake')).toMatchObject({
      https_only: true,
      maximum_instance_count: Math.max(40, provisioned?.maxEnvironments ?? 0),
      ...(provisioned && { always_ready: [{ name: 'http', instance_count: provisioned.minEnvironments }] }),
    });
    for (const service of apiServices)
      expect(app(service).site_config).toMatchObject({ ip_restriction_default_action: 'Deny' });
  });

  test('gives fulfilment its partner, and caps concurrent calls to it', () => {
    const settings = (service: string) =>
      of('azurerm_function_app_flex_consumption').find(({ name }) => String(name).includes(`-${service}-`))
        ?.app_settings as Record<string, string>;
    expect(settings('fulfilment')).toMatchObject(fulfilmentEnvironment(stage));
    expect(settings('projection').CANCELLABLE_MS).toBe(fulfilmentEnvironment(stage).CANCELLABLE_MS);
    const own = (name: string) => Number(settings('fulfilment')[`AzureFunctionsJobHost__extensions__queues__${name}`]);
    const { batchSize, maxConcurrency } = stage.fulfilment;
    const instances = Math.max(40, maxConcurrency);
    expect(own('batchSize') + own('newBatchThreshold')).toBe(Math.ceil((batchSize * maxConcurrency) / instances));
    expect(own('batchSize')).toBeGreaterThan(0);
  });

  test('runs the sweeper at the stage’s interval, and lets it send to two queues and consume none', () => {
    const app = of('azurerm_function_app_flex_consumption').find(({ name }) => String(name).includes('-sweeper-'));
    const schedule = { SWEEPER_SCHEDULE: `0 */${stage.sweeper.everyMinutes} * * * *` };
    expect(app?.app_settings).toMatchObject({ ...sweeperEnvironment(stage), ...schedule });
    const roles = of('azurerm_role_assignment')
      .filter(({ principal_id }) => /_sweeper-identity_/.test(String(principal_id)))
      .map(({ role_definition_name, scope }) => [role_definition_name, String(scope).split('/').at(-1)]);
    const sender = 'Storage Queue Data Message Sender';
    expect(roles.filter(([role]) => /Queue/.test(String(role)))).toEqual([
      [sender, expect.stringMatching(/_fulfilment-requests_/)],
      [sender, expect.stringMatching(/_order-requests_/)],
    ]);
    expect(roles.map(([role]) => role)).toContain('Storage Table Data Contributor');
  });

  test('Front Door caches products by the same keys and pages, but no orders', () => {
    const route = (name: string) => named(of('azurerm_cdn_frontdoor_route'), name);
    expect(route('products').cache).toMatchObject({
      query_string_caching_behavior: 'IncludeSpecifiedQueryStrings',
      query_strings: ['cursor', 'limit'],
    });
    expect(route('page').cache).toMatchObject({ query_string_caching_behavior: 'IgnoreQueryString' });
    for (const name of ['orders', 'health']) expect(route(name).cache).toBeUndefined();
    const rates = of('azurerm_cdn_frontdoor_firewall_policy').map(({ custom_rule }) =>
      (custom_rule as Body[]).map(({ rate_limit_threshold }) => rate_limit_threshold),
    );
    const { webAcl } = stage.edge;
    expect(rates).toEqual(webAcl ? [[webAcl.ratePerFiveMinutes, webAcl.totalPerFiveMinutes]] : []);
  });

  test('gives each app an account of its own for code and leases, and waits for its roles', () => {
    const apps = of('azurerm_function_app_flex_consumption');
    const accounts = apps.map(({ storage_container_endpoint }) => String(storage_container_endpoint).split('}')[0]);
    expect(new Set(accounts).size).toBe(apps.length);
    const owners = of('azurerm_role_assignment').filter(
      ({ role_definition_name }) => role_definition_name === 'Storage Blob Data Owner',
    );
    expect(new Set(owners.map(({ scope }) => scope)).size).toBe(apps.length);
    for (const { depends_on, app_settings } of apps) {
      expect(depends_on).toContainEqual(expect.stringMatching(/^azurerm_role_assignment\.Functions_\w+-host-owner_/));
      expect(depends_on).toContainEqual(expect.stringMatching(/^azurerm_role_assignment\.Data_\w+-table_/));
      expect(app_settings).toMatchObject({
        AzureWebJobsStorage: '',
        AzureWebJobsStorage__credential: 'managedidentity',
      });
    }
  });

  test('alerts on dead letters, waiting orders, errors, silent timers and the edge', () => {
    expect(of('azurerm_monitor_metric_alert').map(({ name }) => name)).toEqual([
      physicalName(stage.name, 'edge-5xx'),
      physicalName(stage.name, 'edge-latency'),
    ]);
    const names = of('azurerm_monitor_scheduled_query_rules_alert_v2').map(({ name }) => name);
    for (const one of [
      'order-requests-poison-depth',
      'outbox-poison-depth',
      'fulfilment-requests-poison-depth',
      'order-requests-age',
      'fulfilment-requests-age',
      'partner-breaker',
      'orders-swept',
      'unreadable-rows',
      'intake-errors',
      'fulfilment-errors',
      'sweeper-errors',
      'sweeper-stopped',
      'intake-5xx',
    ])
      expect(names).toContain(physicalName(stage.name, one));
  });
});

test.each(remote)('catalog sends the CDN of $name the same cache times', ({ name, caching }) => {
  const text = JSON.stringify(stack(name)('azurerm_function_app_flex_consumption'));
  const { edgeSeconds, staleIfErrorSeconds } = caching.product;
  expect(text.split(`"CACHE_EDGE_SECONDS":"${edgeSeconds}"`)).toHaveLength(2);
  expect(text.split(`"CACHE_ERROR_SECONDS":"${staleIfErrorSeconds}"`)).toHaveLength(2);
});
