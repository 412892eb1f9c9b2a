import { describe, expect, test } from 'vitest';
import { type Body, parseReference, readResources, remote } from './synthesized.ts';

// Permissions, public access and alerts; existence and sizes are in azure.test.ts.

const stack = readResources('azure');

describe.each(remote)('Azure, $name', (stage) => {
  const of = stack(stage.name);

  test('grants each service only the permissions that it needs', () => {
    const rights = of('azurerm_role_assignment').map(({ principal_id, role_definition_name, scope }) => {
      const service = parseReference(principal_id, 'azurerm_user_assigned_identity')?.replace('-identity', '');
      const on = /\/tables\/\w+$/.test(String(scope))
        ? 'Table'
        : (parseReference(scope, 'azurerm_storage_queue') ??
          parseReference(scope, 'azurerm_storage_account') ??
          /\/secrets\/[\w-]+$/.exec(String(scope))?.[0]);
      return `${service ?? 'whoever applies'}: ${String(role_definition_name).replace('Storage ', '')} of ${on}`;
    });
    expect(rights.sort()).toMatchInlineSnapshot(`
      [
        "catalog: Blob Data Owner of catalog-host",
        "catalog: Table Data Reader of Table",
        "fulfilment: Blob Data Owner of fulfilment-host",
        "fulfilment: Key Vault Secrets User of /secrets/partner-signing-key",
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
