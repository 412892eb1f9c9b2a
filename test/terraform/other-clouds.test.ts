import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { poisonQueue, queues, tableName } from '../../functions/adapters/azure/resources.ts';
import { compositeIndexes, expiry, queries, unindexedFields } from '../../functions/adapters/google/queries.ts';
import { projectFolder } from '../../scripts/local/paths.ts';
import { fulfilmentEnvironment } from '../../stacks/aws/fulfilment-environment.ts';
import { sweeperEnvironment } from '../../stacks/aws/sweeper-environment.ts';
import { longestServedSeconds } from '../../stacks/check-edge.ts';
import { type Stage, visibilitySeconds } from '../../stacks/stage-settings.ts';
import { stages } from '../../stacks/stages.ts';

type Body = Record<string, unknown>;

const folder = mkdtempSync(join(tmpdir(), 'flash-sale-clouds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { status, stderr } = spawnSync(
  process.execPath,
  ['stacks/terraform.ts', '--stage', 'all', '--cloud', 'all', '--no-code', '--out', folder],
  { cwd: projectFolder, encoding: 'utf8' },
);
if (status !== 0) throw new Error(stderr);

function stack(stage: string, cloud: 'azure' | 'google') {
  const file = join(folder, 'stacks', `flash-sale-${stage}-${cloud}`, 'cdk.tf.json');
  const { resource } = JSON.parse(readFileSync(file, 'utf8')) as { resource: Record<string, Record<string, Body>> };
  return (type: string): Body[] => Object.values(resource[type] ?? {});
}

const named = (bodies: readonly Body[], name: string): Body => {
  const found = bodies.filter((body) => body.name === name);
  expect(found, name).toHaveLength(1);
  return found[0] ?? {};
};
const remote: readonly Stage[] = [stages.dev, stages.staging, stages.prod];

describe.each(remote)('Google, $name', (stage) => {
  const of = stack(stage.name, 'google');
  const name = (thing: string) => `flash-sale-${stage.name}-${thing}`;

  test('the indexes are those of the adapters’ queries, and what only rises has none', () => {
    const several = Object.values(queries).filter((query) => query.equal.length + ('range' in query ? 1 : 0) > 1);
    expect(compositeIndexes).toEqual(several);
    expect(of('google_firestore_index')).toHaveLength(several.length);
    for (const [field, order] of [
      ['customer', 'DESCENDING'],
      ['open', 'ASCENDING'],
    ])
      expect(of('google_firestore_index')).toContainEqual(
        expect.objectContaining({
          collection: 'orders',
          fields: [
            { field_path: field, order: 'ASCENDING' },
            { field_path: 'position', order },
          ],
        }),
      );
    for (const { collection, field } of [...unindexedFields, expiry])
      expect(of('google_firestore_field')).toContainEqual(
        expect.objectContaining({ collection, field, index_config: {} }),
      );
    expect(of('google_firestore_field').filter((body) => body.ttl_config)).toHaveLength(1);
  });

  test('the data is protected as the stage says', () => {
    expect(of('google_firestore_database')[0]).toMatchObject({
      delete_protection_state: `DELETE_PROTECTION_${stage.deletionProtection ? 'ENABLED' : 'DISABLED'}`,
      point_in_time_recovery_enablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
      lifecycle: { prevent_destroy: stage.keepData },
    });
  });

  test('pushed subscriptions sign, hide, retry and give up; dead letters are kept', () => {
    for (const topic of ['order-requests', 'order-events', 'confirmed-orders', 'fulfilment-requests'])
      expect(named(of('google_pubsub_subscription'), name(topic))).toMatchObject({
        ack_deadline_seconds: Math.min(600, visibilitySeconds(stage)),
        dead_letter_policy: { max_delivery_attempts: stage.queues.maxReceiveCount },
        expiration_policy: { ttl: '' },
        retry_policy: { minimum_backoff: '10s' },
        push_config: { oidc_token: { service_account_email: expect.stringContaining('pusher') } },
      });
    for (const topic of ['order-requests-dead', 'projection-failures', 'fulfilment-requests-dead'])
      expect(named(of('google_pubsub_subscription'), name(topic))).toMatchObject({
        message_retention_duration: `${stage.queues.deadLetterRetentionDays * 86_400}s`,
        expiration_policy: { ttl: '' },
      });
    // Pub/Sub's own account must be able to take from the one and give to the other.
    expect(of('google_pubsub_subscription_iam_member')).toHaveLength(4);
    const agents = of('google_pubsub_topic_iam_member').filter(({ member }) => /gcp-sa-pubsub/.test(String(member)));
    expect(agents).toHaveLength(3);
  });

  test('the fulfilment gets what is confirmed and what is due, and knows its partner', () => {
    const pushed = named(of('google_pubsub_subscription'), name('confirmed-orders'));
    expect(pushed.filter).toBe('attributes.type = "OrderConfirmed"');
    expect(String(pushed.topic)).toMatch(/_events_/);
    expect(named(of('google_pubsub_subscription'), name('fulfilment-requests'))).not.toHaveProperty('filter');
    const jobs = of('google_cloud_scheduler_job').map((job) => [job.name, job.schedule]);
    const minutely = ['postponed', 'relay'].map((timer) => [name(timer), '* * * * *']);
    expect(jobs).toEqual([...minutely, [name('sweeper'), `*/${stage.sweeper.everyMinutes} * * * *`]]);
    for (const worker of ['fulfilment', 'postponed']) {
      const { service_config } = named(of('google_cloudfunctions2_function'), name(worker)) as { service_config: Body };
      const own = service_config.environment_variables as Record<string, string>;
      expect(own).toMatchObject(fulfilmentEnvironment(stage));
      expect(Object.keys(own)).toEqual(
        expect.arrayContaining(['EVENT_TOPIC', 'FULFILMENT_TOPIC', 'FULFILMENT_DEAD_LETTER_TOPIC', 'PUSH_AUDIENCE']),
      );
      expect(service_config.max_instance_count).toBe(worker === 'fulfilment' ? stage.fulfilment.maxConcurrency : 1);
    }
  });

  test('the sweeper runs alone, knows the stage’s patience, and publishes requests to settle and nothing else', () => {
    const { service_config } = named(of('google_cloudfunctions2_function'), name('sweeper')) as {
      service_config: Body;
    };
    expect(service_config).toMatchObject({
      max_instance_count: 1,
      ingress_settings: 'ALLOW_INTERNAL_ONLY',
      environment_variables: sweeperEnvironment(stage),
    });
    const own = Object.keys(service_config.environment_variables as Body).filter((key) => key.endsWith('_TOPIC'));
    expect(own).toEqual(['ORDER_TOPIC']);
    const publishes = of('google_pubsub_topic_iam_member').filter(({ member }) => /_sweeper_/.test(String(member)));
    expect(publishes.map(({ topic }) => topic)).toEqual([expect.stringMatching(/_order-requests_/)]);
  });

  test('the functions scale as the stage says, and nobody else calls the workers', () => {
    const settings = (service: string) =>
      named(of('google_cloudfunctions2_function'), name(service)).service_config as Body;
    expect(settings('settlement')).toMatchObject({
      max_instance_count: stage.settlement.maxConcurrency,
      ingress_settings: 'ALLOW_INTERNAL_ONLY',
      timeout_seconds: stage.functions.settlement.timeoutSeconds,
    });
    const { provisioned } = stage.functions.intake;
    expect(settings('intake')).toMatchObject({
      min_instance_count: provisioned?.minEnvironments ?? 0,
      max_instance_count: provisioned?.maxEnvironments ?? 20,
      ingress_settings: 'ALLOW_INTERNAL_AND_GCLB',
      available_memory: `${stage.functions.intake.memoryMb}M`,
    });
    const callers = of('google_cloud_run_v2_service_iam_member').filter(({ member }) => member === 'allUsers');
    expect(callers).toHaveLength(3);
  });

  test('the CDN keeps products for the stage’s times, by the same keys, and nothing else of the API', () => {
    const cached = of('google_compute_backend_service').filter((body) => body.enable_cdn === true);
    expect(cached).toMatchObject([
      {
        name: name('catalog'),
        cdn_policy: {
          cache_mode: 'USE_ORIGIN_HEADERS',
          cache_key_policy: { query_string_whitelist: ['cursor', 'limit'] },
          serve_while_stale: stage.caching.product.staleWhileRevalidateSeconds,
          negative_caching: false,
        },
      },
    ]);
  });

  test('dead letters, waiting orders and errors ring', () => {
    const names = of('google_monitoring_alert_policy').map(({ display_name }) => display_name);
    for (const one of [
      'order-requests-dead-depth',
      'projection-failures-depth',
      'fulfilment-requests-dead-depth',
      'order-requests-age',
      'confirmed-orders-age',
      'partner-breaker',
      'orders-swept',
      'intake-errors',
      'fulfilment-errors',
      'sweeper-errors',
    ])
      expect(names).toContain(name(one));
    expect(JSON.stringify(of('google_monitoring_alert_policy'))).toContain(
      `"threshold_value":${stage.alarms.queueAgeSeconds}`,
    );
  });
});

describe.each(remote)('Azure, $name', (stage) => {
  const of = stack(stage.name, 'azure');

  test('every queue of the adapters is there with its poison queue, and their table', () => {
    const wanted = Object.values(queues).flatMap((queue) => [queue, poisonQueue(queue)]);
    expect(
      of('azurerm_storage_queue')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(wanted.sort());
    expect(of('azurerm_storage_table')).toMatchObject([{ name: tableName }]);
  });

  test('no account has a key, an old TLS or a public blob, and what must stay is locked', () => {
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

  test('catalog reads, and no service has rights on a whole account’s queues', () => {
    const roles = of('azurerm_role_assignment');
    const readers = roles.filter((role) => role.role_definition_name === 'Storage Table Data Reader');
    expect(readers).toHaveLength(1);
    for (const role of roles.filter((one) => /Queue/.test(String(one.role_definition_name))))
      expect(role.scope).toMatch(/queueServices\/default\/queues\//);
  });

  test('the apps scale as the stage says, within what Flex Consumption takes', () => {
    const app = (service: string) =>
      of('azurerm_function_app_flex_consumption').find(({ name }) => String(name).includes(`-${service}-`)) ?? {};
    expect(app('settlement').maximum_instance_count).toBe(Math.max(40, stage.settlement.maxConcurrency));
    const { provisioned } = stage.functions.intake;
    expect(app('intake')).toMatchObject({
      https_only: true,
      maximum_instance_count: Math.max(40, provisioned?.maxEnvironments ?? 0),
      ...(provisioned && { always_ready: [{ name: 'http', instance_count: provisioned.minEnvironments }] }),
    });
    for (const service of ['catalog', 'intake', 'stock'])
      expect(app(service).site_config).toMatchObject({ ip_restriction_default_action: 'Deny' });
  });

  test('the fulfilment knows its partner, and calls it no more at a time than the stage says', () => {
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

  test('the sweeper comes as often as the stage says, sends to two queues and takes from none', () => {
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

  test('Front Door keeps products by the same keys, pages, and nothing of orders', () => {
    const route = (name: string) => named(of('azurerm_cdn_frontdoor_route'), name);
    expect(route('products').cache).toMatchObject({
      query_string_caching_behavior: 'IncludeSpecifiedQueryStrings',
      query_strings: ['cursor', 'limit'],
    });
    expect(route('page').cache).toMatchObject({ query_string_caching_behavior: 'IgnoreQueryString' });
    for (const name of ['orders', 'health']) expect(route(name).cache).toBeUndefined();
    expect(of('azurerm_cdn_frontdoor_firewall_policy')).toHaveLength(stage.edge.webAcl ? 1 : 0);
  });

  test('dead letters, waiting orders and errors ring', () => {
    const names = of('azurerm_monitor_scheduled_query_rules_alert_v2').map(({ name }) => name);
    for (const one of [
      'order-requests-poison-depth',
      'outbox-poison-depth',
      'fulfilment-requests-poison-depth',
      'order-requests-age',
      'fulfilment-requests-age',
      'partner-breaker',
      'orders-swept',
      'intake-errors',
      'fulfilment-errors',
      'sweeper-errors',
    ])
      expect(names).toContain(`flash-sale-${stage.name}-${one}`);
  });
});

test('catalog tells every CDN the same times', () => {
  for (const stage of remote) {
    const [google, azure] = [stack(stage.name, 'google'), stack(stage.name, 'azure')];
    const text = JSON.stringify([
      google('google_cloudfunctions2_function'),
      azure('azurerm_function_app_flex_consumption'),
    ]);
    const { edgeSeconds, staleIfErrorSeconds } = stage.caching.product;
    expect(text.split(`"CACHE_EDGE_SECONDS":"${edgeSeconds}"`)).toHaveLength(3);
    expect(text.split(`"CACHE_ERROR_SECONDS":"${staleIfErrorSeconds}"`)).toHaveLength(3);
    expect(longestServedSeconds(stage)).toBeGreaterThan(edgeSeconds);
  }
});
