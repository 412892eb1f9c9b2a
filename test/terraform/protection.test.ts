import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFolder } from '../../scripts/platform/process/paths.ts';
import { originSecretHeader } from '../../stacks/model/edge/origin-secret-name.ts';
import { physicalName } from '../../stacks/model/names.ts';
import { stages } from '../../stacks/model/stages/stages.ts';

// Permissions, public access and alerts on Azure and Google. The stacks' other tests cover existence and sizes.

type Body = Record<string, unknown>;
type Resources = Readonly<Record<string, Record<string, Body>>>;

function synthesized(): (stage: string, cloud: string) => (type: string) => Body[] {
  const folder = mkdtempSync(join(tmpdir(), 'clouds-'));
  try {
    const args = ['stacks/terraform/app.ts', '--stage', 'all', '--cloud', 'all', '--no-code', '--out', folder];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: projectFolder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const remote = Object.keys(stages).filter((stage) => !stage.startsWith('local'));
    const files = remote.flatMap((stage) =>
      ['azure', 'google'].map((cloud): [string, Resources] => {
        const name = physicalName(stage, cloud);
        return [name, JSON.parse(readFileSync(join(folder, 'stacks', name, 'cdk.tf.json'), 'utf8')).resource];
      }),
    );
    const byName = new Map(files);
    return (stage, cloud) => (type) => Object.values(byName.get(physicalName(stage, cloud))?.[type] ?? {});
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const findResources = synthesized();
/** The name in a reference such as `${azurerm_storage_queue.Data_outbox_CC2C87F7.name}`. */
const parseReference = (value: unknown, type: string): string | undefined =>
  new RegExp(`\\b${type}\\.[A-Za-z]+_([\\w-]+)_[0-9A-F]{8}\\.`).exec(String(value))?.[1];

describe.each([stages.dev, stages.staging, stages.prod])('Azure, $name', (stage) => {
  const of = findResources(stage.name, 'azure');

  test('grants each service only the permissions that it needs', () => {
    const rights = of('azurerm_role_assignment').map(({ principal_id, role_definition_name, scope }) => {
      const service = parseReference(principal_id, 'azurerm_user_assigned_identity')?.replace('-identity', '');
      const on = /\/tables\/\w+$/.test(String(scope))
        ? 'Table'
        : (parseReference(scope, 'azurerm_storage_queue') ?? parseReference(scope, 'azurerm_storage_account'));
      return `${service ?? 'whoever applies'}: ${String(role_definition_name).replace('Storage ', '')} of ${on}`;
    });
    expect(rights.sort()).toMatchInlineSnapshot(`
      [
        "catalog: Blob Data Owner of catalog-host",
        "catalog: Table Data Reader of Table",
        "fulfilment: Blob Data Owner of fulfilment-host",
        "fulfilment: Queue Data Contributor of fulfilment-requests-poison",
        "fulfilment: Queue Data Message Processor of fulfilment-requests",
        "fulfilment: Queue Data Message Sender of fulfilment-requests",
        "fulfilment: Queue Data Message Sender of fulfilment-requests-poison",
        "fulfilment: Queue Data Message Sender of outbox",
        "fulfilment: Queue Data Reader of fulfilment-requests",
        "fulfilment: Table Data Contributor of Table",
        "intake: Blob Data Owner of intake-host",
        "intake: Queue Data Message Sender of order-requests",
        "intake: Queue Data Message Sender of outbox",
        "intake: Table Data Contributor of Table",
        "projection: Blob Data Owner of projection-host",
        "projection: Queue Data Contributor of outbox-poison",
        "projection: Queue Data Message Processor of outbox",
        "projection: Queue Data Message Sender of fulfilment-requests",
        "projection: Queue Data Message Sender of outbox-poison",
        "projection: Queue Data Reader of outbox",
        "projection: Table Data Contributor of Table",
        "settlement: Blob Data Owner of settlement-host",
        "settlement: Queue Data Contributor of order-requests-poison",
        "settlement: Queue Data Message Processor of order-requests",
        "settlement: Queue Data Message Sender of order-requests-poison",
        "settlement: Queue Data Message Sender of outbox",
        "settlement: Queue Data Reader of order-requests",
        "settlement: Table Data Contributor of Table",
        "stock: Blob Data Owner of stock-host",
        "stock: Table Data Contributor of Table",
        "sweeper: Blob Data Owner of sweeper-host",
        "sweeper: Queue Data Message Sender of fulfilment-requests",
        "sweeper: Queue Data Message Sender of order-requests",
        "sweeper: Table Data Contributor of Table",
        "whoever applies: Blob Data Contributor of Storefront",
      ]
    `);
  });

  test('makes nothing public, and locks against deletion but not against writes', () => {
    for (const account of of('azurerm_storage_account'))
      expect(account).toMatchObject({ allow_nested_items_to_be_public: false });
    for (const lock of of('azurerm_management_lock')) expect(lock.lock_level).toBe('CanNotDelete');
    for (const app of of('azurerm_function_app_flex_consumption'))
      expect(app).toMatchObject({
        webdeploy_publish_basic_authentication_enabled: false,
        site_config: { minimum_tls_version: '1.2' },
      });
  });

  test('every alert fires above its threshold, and notifies only if the stage enables it', () => {
    const queries = of('azurerm_monitor_scheduled_query_rules_alert_v2');
    expect(queries.length).toBeGreaterThan(5);
    for (const { criteria, action, description } of queries) {
      const missing = { operator: 'LessThan', threshold: 1, time_aggregation_method: 'Count' };
      const stopped = /has not run/.test(String(description));
      expect(criteria).toMatchObject([
        stopped ? missing : { operator: 'GreaterThan', time_aggregation_method: 'Count' },
      ]);
      expect((action as Body).action_groups).toHaveLength(stage.alarms.topic ? 1 : 0);
      expect(description).toContain('docs/runbook.md#');
    }
    for (const { criteria, action } of of('azurerm_monitor_metric_alert')) {
      expect(criteria).toMatchObject([{ metric_namespace: 'Microsoft.Cdn/profiles', operator: 'GreaterThan' }]);
      expect(action ?? []).toHaveLength(stage.alarms.topic ? 1 : 0);
    }
  });

  test('alerts on every message put into a poison queue', () => {
    const queues = of('azurerm_storage_queue').map(({ name }) => String(name));
    const rows = of('azurerm_monitor_scheduled_query_rules_alert_v2').map(({ criteria }) => (criteria as Body[])[0]);
    for (const queue of queues.filter((name) => name.endsWith('-poison')))
      expect(rows).toContainEqual(
        expect.objectContaining({
          query: `StorageQueueLogs | where OperationName == 'PutMessage' and Uri has '/${queue}/'`,
          threshold: 0,
        }),
      );
  });
});

describe.each([stages.dev, stages.staging, stages.prod])('Google, $name', (stage) => {
  const of = findResources(stage.name, 'google');
  const holder = ({ member }: Body) => parseReference(member, 'google_service_account') ?? String(member);

  test('grants each service only the permissions that it needs', () => {
    const rights = [
      ...of('google_project_iam_member').map((body) => `${holder(body)}: ${body.role}`),
      ...of('google_cloud_run_v2_service_iam_member').map(
        (body) => `${holder(body)}: ${body.role} of ${parseReference(body.name, 'google_cloudfunctions2_function')}`,
      ),
      ...of('google_pubsub_topic_iam_member')
        .filter(({ member }) => !String(member).includes('gcp-sa-pubsub'))
        .map((body) => `${holder(body)}: ${body.role} of ${parseReference(body.topic, 'google_pubsub_topic')}`),
    ];
    const told = rights.filter((right) => !/logging.logWriter|monitoring.metricWriter/.test(right));
    expect(told.sort()).toMatchInlineSnapshot(`
      [
        "allUsers: roles/run.invoker of catalog",
        "allUsers: roles/run.invoker of intake",
        "allUsers: roles/run.invoker of stock",
        "builder: roles/artifactregistry.writer",
        "builder: roles/storage.objectViewer",
        "catalog: roles/datastore.viewer",
        "fulfilment: roles/datastore.user",
        "fulfilment: roles/pubsub.publisher of fulfilment-requests",
        "fulfilment: roles/pubsub.publisher of fulfilment-requests-dead",
        "fulfilment: roles/pubsub.publisher of order-events",
        "intake: roles/datastore.user",
        "intake: roles/pubsub.publisher of order-events",
        "intake: roles/pubsub.publisher of order-requests",
        "projection: roles/datastore.user",
        "projection: roles/pubsub.publisher of events",
        "projection: roles/pubsub.publisher of order-events",
        "projection: roles/pubsub.publisher of projection-dlq",
        "pusher: roles/run.invoker of fulfilment",
        "pusher: roles/run.invoker of postponed",
        "pusher: roles/run.invoker of projection",
        "pusher: roles/run.invoker of relay",
        "pusher: roles/run.invoker of settlement",
        "pusher: roles/run.invoker of sweeper",
        "settlement: roles/datastore.user",
        "settlement: roles/pubsub.publisher of order-events",
        "settlement: roles/pubsub.publisher of order-requests-dead",
        "stock: roles/datastore.user",
        "sweeper: roles/datastore.user",
        "sweeper: roles/pubsub.publisher of order-requests",
      ]
    `);
  });

  test('answers malformed bodies without a stack trace, which is not the framework’s default', () => {
    for (const { service_config } of of('google_cloudfunctions2_function'))
      expect(service_config).toMatchObject({ environment_variables: { NODE_ENV: 'production' } });
  });

  test('the CDN calls the functions over HTTPS with the origin secret', () => {
    const backends = of('google_compute_backend_service');
    expect(backends).toHaveLength(3);
    for (const backend of backends)
      expect(backend).toMatchObject({
        protocol: 'HTTPS',
        custom_request_headers: [`${originSecretHeader}: \${var.origin_secret}`],
      });
  });

  test('every alert fires above its threshold, and notifies only if the stage enables it', () => {
    const alerts = of('google_monitoring_alert_policy');
    expect(alerts.length).toBeGreaterThan(5);
    for (const { conditions, notification_channels, documentation } of alerts) {
      const [{ condition_threshold, condition_absent, condition_matched_log }] = conditions as [Body];
      expect(condition_threshold ?? condition_absent ?? condition_matched_log).toBeDefined();
      if (condition_threshold) expect(condition_threshold).toMatchObject({ comparison: 'COMPARISON_GT' });
      expect(notification_channels ?? []).toHaveLength(stage.alarms.topic ? 1 : 0);
      expect((documentation as Body).content).toContain('docs/runbook.md#');
    }
  });
});
