import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { deployPermissions } from '../../stacks/model/clouds/google-deploy-permissions.ts';
import { type JsonObject, toList, toObject } from '../../stacks/model/json.ts';
import { physicalName } from '../../stacks/model/names.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { readTemplate } from '../../stacks/rules/read-file.ts';
import { checkTemplate } from '../../stacks/rules/rule.ts';
import { rules } from '../../stacks/rules/rules.ts';
import { ref } from '../../stacks/rules/template/ref.ts';
import { synthesizeTerraform } from '../../stacks/terraform/synthesize.ts';

const folder = mkdtempSync(join(tmpdir(), 'deployers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const deploy = { repository: 'owner/shop', environment: 'prod', createsProvider: true };
const stage: Stage = { ...stages.prod, deploy };
const second: Stage = { ...stages.staging, deploy: { ...deploy, createsProvider: false } };
await synthesizeTerraform({ clouds: ['azure', 'google'], stages: [stage, second], outdir: folder, code: false });

const read = (cloud: string, { name }: Stage) =>
  JSON.parse(readFileSync(join(folder, 'stacks', physicalName(name, cloud), 'cdk.tf.json'), 'utf8')) as {
    readonly resource: Record<string, Record<string, JsonObject>>;
  };
const bodies = (cloud: string, type: string, one = stage) => {
  const all = Object.entries(read(cloud, one).resource[type] ?? {});
  return all.flatMap(([id, { '//': _, ...body }]) => (id.startsWith('Deploy_') ? [body] : []));
};
const subject = 'repo:owner/shop:environment:prod';

test.each(['azure', 'google'])('%s keeps the rules with a deployer', (cloud) => {
  for (const one of [stage, second]) expect(checkTemplate(readTemplate(read(cloud, one)), rules)).toEqual([]);
});

test('one environment of one repository acts as the identity on Azure', () => {
  expect(bodies('azure', 'azurerm_federated_identity_credential')).toEqual([
    {
      name: 'github',
      audience: ['api://AzureADTokenExchange'],
      issuer: 'https://token.actions.githubusercontent.com',
      subject,
      user_assigned_identity_id: expect.stringMatching(
        /^\$\{azurerm_user_assigned_identity\.Deploy_Identity_\w+\.id\}$/,
      ),
    },
  ]);
});

test('it changes the group of the stage, and grants no roles', () => {
  const roles = bodies('azure', 'azurerm_role_assignment').map(({ scope, role_definition_name: role = 'own' }) => [
    String(scope).replace(/_\w+\.id/, '.id'),
    role,
  ]);
  expect(roles).toEqual([
    [expect.stringMatching(/azurerm_resource_group/), 'Contributor'],
    [expect.stringMatching(/azurerm_storage_account/), 'Storage Blob Data Contributor'],
    [`/subscriptions/${ref('var.subscription_id')}`, 'own'],
  ]);
  const [own] = bodies('azure', 'azurerm_role_definition');
  const actions = toList(own?.permissions).flatMap((one) => toList(toObject(one).actions).map(String));
  expect(actions.length).toBeGreaterThan(0);
  expect(actions.filter((action) => !action.endsWith('/read'))).toEqual([]);
});

test('a person who publishes by hand keeps the role when a workflow applies', () => {
  const publishers = Object.values(read('azure', stage).resource.azurerm_role_assignment ?? {}).filter(
    ({ principal_id }) => String(principal_id).includes('data.azurerm_client_config'),
  );
  expect(publishers).toMatchObject([{ lifecycle: { ignore_changes: ['principal_id'] } }]);
});

test('one environment of one repository acts as the account on Google, by one pool a project', () => {
  const [workflow] = bodies('google', 'google_service_account_iam_member').filter(
    ({ role }) => role === 'roles/iam.workloadIdentityUser',
  );
  expect(workflow?.member).toMatch(new RegExp(`/workloadIdentityPools/github/subject/${subject}$`));
  expect(bodies('google', 'google_iam_workload_identity_pool_provider')).toMatchObject([
    { attribute_condition: "assertion.repository == 'owner/shop'" },
  ]);
  expect(bodies('google', 'google_iam_workload_identity_pool_provider', second)).toEqual([]);
  expect(bodies('google', 'google_iam_workload_identity_pool', second)).toEqual([]);
  expect(bodies('google', 'google_service_account_iam_member', second).length).toBeGreaterThan(5);
});

test('its role sets no policy and sees no data', () => {
  const verbs = deployPermissions.map((permission) => permission.split('.').at(-1));
  expect(verbs).not.toContain('setIamPolicy');
  expect(
    deployPermissions.filter((one) => /entities|versions\.access|objects\.|consume|publish|actAs/.test(one)),
  ).toEqual([]);
  expect(bodies('google', 'google_project_iam_custom_role')).toMatchObject([
    { role_id: expect.stringMatching(/^[a-z_]{3,64}$/), permissions: [...deployPermissions] },
  ]);
});

/** Types that only a person creates: identities, policies, APIs, and resources that hold data. */
const byHand = /^google_(.*iam|service_account|project_service|firestore_database$|secret_|storage_bucket$)|_address$/;

test('its role changes every type of resource that is not reserved for a person', () => {
  const kinds: Readonly<Record<string, string>> = {
    cloudfunctions2_function: 'cloudfunctions.functions',
    cloud_scheduler_job: 'cloudscheduler.jobs',
    compute_region_network_endpoint_group: 'compute.regionNetworkEndpointGroups',
    compute_global_forwarding_rule: 'compute.globalForwardingRules',
    compute_managed_ssl_certificate: 'compute.sslCertificates',
    compute_security_policy: 'compute.securityPolicies',
    compute_ssl_policy: 'compute.sslPolicies',
    compute_target_http_proxy: 'compute.targetHttpProxies',
    compute_target_https_proxy: 'compute.targetHttpsProxies',
    monitoring_alert_policy: 'monitoring.alertPolicies',
    pubsub_subscription: 'pubsub.subscriptions',
    pubsub_topic: 'pubsub.topics',
    // Granted by roles of their own, on the database and the buckets.
    firestore_field: '',
    firestore_index: '',
    storage_bucket_object: '',
  };
  const types = Object.keys(read('google', stage).resource).filter((type) => type.startsWith('google_'));
  for (const type of types.filter((one) => !byHand.test(one))) {
    const short = type.replace('google_', '');
    const kind =
      kinds[short] ?? short.replace('_', '.').replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (kind === '') continue;
    expect(
      deployPermissions.filter((one) => new RegExp(`^${kind}(e?s|ies)?\\.create$`).test(one)),
      `${type}: ${kind}`,
    ).toHaveLength(1);
  }
});
