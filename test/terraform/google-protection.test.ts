import { describe, expect, test } from 'vitest';
import { originSecretHeader } from '../../stacks/model/edge/origin-secret-name.ts';
import { apiServices } from '../../stacks/model/services.ts';
import { type Body, parseReference, readResources, remote } from './synthesized.ts';

// Permissions, public access and alerts; existence and sizes are in google.test.ts.

const stack = readResources('google');

describe.each(remote)('Google, $name', (stage) => {
  const of = stack(stage.name);
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
    expect(backends).toHaveLength(apiServices.length);
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
