import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import type { Shape } from './shape.ts';
import type { Spelling } from './spelling.ts';

const rights = 'grants each service only the permissions that it needs';

/** App, identity, rights and local process of every step, with the tests that list them. */
export function addClouds(draft: Draft, step: Spelling, shape: Shape, kept: Kept): void {
  if (kept.azure) addAzure(draft, step, shape);
  if (kept.google) addGoogle(draft, step, shape);
}

function addAzure(draft: Draft, { name }: Spelling, { like, azure }: Shape): void {
  draft.after('functions/adapters/azure/apps.ts', ['apps', like], azure.app ? `${name}: ['${name}']` : `'${name}'`);
  const data = 'stacks/terraform/azure/data.ts';
  draft.after(data, ['use', like], `${name}: ${azure.queues}`);
  if (!azure.writes) draft.after(data, ['readers', 'catalog'], `'${name}'`);
  const table = `${name}: Table Data ${azure.writes ? 'Contributor' : 'Reader'} of Table`;
  const own = [`${name}: Blob Data Owner of ${name}-host`, table];
  draft.sortIn('test/terraform/azure-protection.test.ts', [rights], [...own, ...azure.rights]);
  draft.after('test/terraform/azure.test.ts', ['fulfilment-requests-age'], listed(azure.alerts));
  const gone = 'test/clouds/azure/gone-dependency.test.ts';
  draft.after(gone, [azure.app ? 'workers' : 'apis', like], `'${name}'`);
  if (!azure.app) return;
  draft.after(gone, ['given', 'fulfilOrder'], azure.app.given.join(': '));
  draft.after(
    'scripts/clouds/azure/platform.ts',
    ['startApps', "=startFunctionApp(workspace, 'settlement', shared)"],
    `startFunctionApp(workspace, '${name}', ${azure.app.settings})`,
  );
}

function addGoogle(draft: Draft, { name }: Spelling, { like, google }: Shape): void {
  const role = `roles/datastore.${google.role}`;
  draft.after('stacks/terraform/google/identities.ts', ['storeRole', like], `${name}: '${role}'`);
  draft.after('scripts/clouds/google/topology.ts', ['processes', like], `'${name}'`);
  const caller = google.given === undefined ? 'allUsers' : 'pusher';
  const own = [`${name}: ${role}`, `${caller}: roles/run.invoker of ${name}`];
  draft.sortIn('test/terraform/google-protection.test.ts', [rights], [...own, ...google.rights]);
  draft.after('test/terraform/google.test.ts', ['fulfilment-requests-dead-depth'], listed(google.alerts));
  const gone = 'test/clouds/google/gone-dependency.test.ts';
  draft.after(gone, [google.given === undefined ? 'apis' : 'services', like], `'${name}'`);
  if (google.given !== undefined) draft.after(gone, ['pushes', 'fulfilment'], `${name}: ${google.given}`);
}

const listed = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
