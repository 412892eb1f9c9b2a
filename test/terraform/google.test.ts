import { describe, expect, test } from 'vitest';
import { compositeIndexes, expiry, queries, unindexedFields } from '../../functions/adapters/google/queries.ts';
import { longestServedSeconds } from '../../stacks/model/checks/check-edge.ts';
import { cpuQuota } from '../../stacks/model/clouds/google-scaling.ts';
import { fulfilmentEnvironment } from '../../stacks/model/environments/fulfilment-environment.ts';
import { sweeperEnvironment } from '../../stacks/model/environments/sweeper-environment.ts';
import { physicalName } from '../../stacks/model/names.ts';
import { apiServices } from '../../stacks/model/services.ts';
import { workerVisibilityTimeout } from '../../stacks/model/stages/stage-settings.ts';
import { timerWorkers } from '../../stacks/model/workers.ts';
import { toMatch } from '../../stacks/terraform/google/load-balancer.ts';
import { type Body, named, readResources, remote } from './synthesized.ts';

const stack = readResources('google');

describe.each(remote)('Google, $name', (stage) => {
  const of = stack(stage.name);
  const name = (thing: string) => physicalName(stage.name, thing);

  test('creates the indexes of the adapters’ queries, and none on ever-rising fields', () => {
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

  test('protects the data by the stage’s settings', () => {
    expect(of('google_firestore_database')[0]).toMatchObject({
      delete_protection_state: `DELETE_PROTECTION_${stage.deletionProtection ? 'ENABLED' : 'DISABLED'}`,
      point_in_time_recovery_enablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
      lifecycle: { prevent_destroy: stage.keepData },
    });
  });

  test('signs, retries and dead-letters pushed messages, and keeps dead letters', () => {
    const pushed = ['order-requests', 'order-events', 'confirmed-orders', 'fulfilment-requests'];
    for (const topic of pushed)
      expect(named(of('google_pubsub_subscription'), name(topic))).toMatchObject({
        ack_deadline_seconds: Math.min(600, workerVisibilityTimeout(stage)),
        dead_letter_policy: { max_delivery_attempts: stage.queues.maxReceiveCount },
        expiration_policy: { ttl: '' },
        retry_policy: { minimum_backoff: '10s' },
        push_config: { oidc_token: { service_account_email: expect.stringContaining('pusher') } },
      });
    const dead = ['order-requests-dead', 'projection-dlq', 'fulfilment-requests-dead'];
    for (const topic of dead)
      expect(named(of('google_pubsub_subscription'), name(topic))).toMatchObject({
        message_retention_duration: `${stage.queues.deadLetterRetentionDays * 86_400}s`,
        expiration_policy: { ttl: '' },
      });
    // Pub/Sub's service agent must be able to consume from the subscriptions and publish to the dead-letter topics.
    expect(of('google_pubsub_subscription_iam_member')).toHaveLength(pushed.length);
    const agents = of('google_pubsub_topic_iam_member').filter(({ member }) => /gcp-sa-pubsub/.test(String(member)));
    expect(agents).toHaveLength(dead.length);
  });

  test('sends fulfilment confirmed and due orders, and gives it its partner', () => {
    const pushed = named(of('google_pubsub_subscription'), name('confirmed-orders'));
    expect(pushed.filter).toBe('attributes.type = "OrderConfirmed"');
    expect(String(pushed.topic)).toMatch(/_events_/);
    expect(named(of('google_pubsub_subscription'), name('fulfilment-requests'))).not.toHaveProperty('filter');
    const jobs = of('google_cloud_scheduler_job').map((job) => [job.name, job.schedule]);
    const minutely = ['postponed', 'relay'].map((timer) => [name(timer), '* * * * *']);
    const timed = timerWorkers.map((timer) => [name(timer), `*/${stage[timer].everyMinutes} * * * *`]);
    expect(jobs.toSorted()).toEqual([...minutely, ...timed].toSorted());
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

  test('runs one sweeper with the stage’s times, and lets it publish only order requests', () => {
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

  test('scales the functions by the stage’s settings, and makes only the API public', () => {
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
      max_instance_count: Math.min(cpuQuota.value, provisioned?.maxEnvironments ?? 20),
      ingress_settings: 'ALLOW_INTERNAL_AND_GCLB',
      available_memory: `${stage.functions.intake.memoryMb}M`,
    });
    const callers = of('google_cloud_run_v2_service_iam_member').filter(({ member }) => member === 'allUsers');
    expect(callers).toHaveLength(apiServices.length);
  });

  test('the CDN caches only products of the API, by the same keys, for the stage’s times', () => {
    const cached = of('google_compute_backend_service').filter((body) => body.enable_cdn === true);
    const cdn_policy = {
      cache_mode: 'USE_ORIGIN_HEADERS',
      cache_key_policy: { query_string_whitelist: ['cursor', 'limit'] },
      serve_while_stale: stage.caching.product.staleWhileRevalidateSeconds,
      negative_caching: false,
    };
    expect(cached).toMatchObject([{ name: name('catalog'), cdn_policy }]);
  });

  test('limits the orders of an address separately from all its requests', () => {
    const { webAcl } = stage.edge;
    const throttles = of('google_compute_security_policy').flatMap(({ rule }) =>
      (rule as Body[]).filter(({ action }) => action === 'throttle'),
    );
    const limit = (count: number) => ({ rate_limit_options: { rate_limit_threshold: { count, interval_sec: 300 } } });
    expect(throttles).toMatchObject(
      webAcl ? [limit(webAcl.ratePerFiveMinutes), limit(webAcl.totalPerFiveMinutes)] : [],
    );
    expect(throttles).toHaveLength(webAcl ? 2 : 0);
  });

  test('alerts on dead letters, waiting orders and errors', () => {
    const names = of('google_monitoring_alert_policy').map(({ display_name }) => display_name);
    for (const one of [
      'order-requests-dead-depth',
      'projection-dlq-depth',
      'fulfilment-requests-dead-depth',
      'order-requests-age',
      'confirmed-orders-age',
      'partner-breaker',
      'orders-swept',
      'unreadable-rows',
      'intake-errors',
      'fulfilment-errors',
      'sweeper-errors',
      'sweeper-stopped',
      'edge-5xx',
      'edge-latency',
    ])
      expect(names).toContain(name(one));
    expect(JSON.stringify(of('google_monitoring_alert_policy'))).toContain(
      `"threshold_value":${stage.alarms.queueAgeSeconds}`,
    );
  });
});

test.each([
  ['/health', { fullPathMatch: '/health' }],
  ['/orders*', { prefixMatch: '/orders' }],
  ['/products/*/parts', { pathTemplateMatch: '/products/*/parts' }],
])('matches the path %s in the load balancer’s terms', (pattern, match) => {
  expect(toMatch(pattern)).toEqual(match);
});

test.each(remote)('catalog sends the CDN of $name the same cache times', (stage) => {
  const { name, caching } = stage;
  const text = JSON.stringify(stack(name)('google_cloudfunctions2_function'));
  const { edgeSeconds, staleIfErrorSeconds } = caching.product;
  expect(text.split(`"CACHE_EDGE_SECONDS":"${edgeSeconds}"`)).toHaveLength(2);
  expect(text.split(`"CACHE_ERROR_SECONDS":"${staleIfErrorSeconds}"`)).toHaveLength(2);
  expect(longestServedSeconds(stage)).toBeGreaterThan(edgeSeconds);
});
