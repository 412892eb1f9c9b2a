import { expect, test } from 'vitest';
import { longestProject } from '../../stacks/model/checks/check-project.ts';
import { nameLimits } from '../../stacks/model/checks/limits.ts';
import { bucketName, project } from '../../stacks/model/names.ts';
import { readResources, remote } from './synthesized.ts';

const { characters } = longestProject();
const most = {
  azure: {
    azurerm_function_app_flex_consumption: nameLimits.azureFunctionApp.value,
    azurerm_service_plan: 60,
    azurerm_log_analytics_workspace: nameLimits.azureWorkspace.value,
    azurerm_resource_group: 90,
    azurerm_user_assigned_identity: 128,
    azurerm_cdn_frontdoor_profile: 90,
  },
  google: {
    google_cloudfunctions2_function: nameLimits.googleFunction.value,
    google_compute_url_map: nameLimits.googleCompute.value,
    google_compute_backend_service: nameLimits.googleCompute.value,
    google_compute_backend_bucket: nameLimits.googleCompute.value,
    google_compute_region_network_endpoint_group: nameLimits.googleCompute.value,
    google_compute_global_forwarding_rule: nameLimits.googleCompute.value,
    google_firestore_database: nameLimits.googleDatabase.value,
    google_pubsub_subscription: 255,
  },
};
/** A name in which the suffix, known only at apply time, has its maximum length. */
const filled = (name: unknown): string => String(name).replace(/\$\{var\.suffix\}/, '12345678');

test.each(['azure', 'google'] as const)('the longest project fits every name on %s', (cloud) => {
  const stack = readResources(cloud);
  const names = remote.flatMap(({ name: stage }) =>
    Object.entries<number>(most[cloud]).flatMap(([type, limit]) =>
      stack(stage)(type).map(({ name }) => ({ type, limit, name: filled(name) })),
    ),
  );
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter(({ name, limit }) => name.length - project.length + characters > limit)).toEqual([]);
});

test('names of initials fit: storage accounts of Azure, service accounts of Google', () => {
  const azure = readResources('azure');
  const google = readResources('google');
  // A name has at most four initials.
  const initials = Math.min(4, project.split('-').length);
  const longest = (names: readonly unknown[]) => Math.max(...names.map((name) => filled(name).length)) - initials + 4;
  const accounts = remote.flatMap(({ name }) => azure(name)('azurerm_storage_account'));
  expect(longest(accounts.map(({ name }) => name))).toBeLessThanOrEqual(nameLimits.azureStorageAccount.value);
  const ids = remote.flatMap(({ name }) => google(name)('google_service_account'));
  expect(longest(ids.map(({ account_id }) => account_id))).toBeLessThanOrEqual(nameLimits.googleServiceAccount.value);
});

test('a bucket of Google fits beside the longest id of a project', () => {
  const id = 'p'.repeat(nameLimits.googleProject.value);
  for (const stage of remote)
    for (const thing of ['sources', 'storefront'])
      expect(bucketName(id, `${stage.name}-of-a-long-name`, thing).length).toBeLessThanOrEqual(
        nameLimits.googleBucket.value,
      );
});
