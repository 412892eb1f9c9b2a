import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import type { Spelling } from '../spelling.ts';

/** Adds the service to the API's lists: on the local platforms, in the lab, and in tests of all clouds. */
export function addLists(draft: Draft, step: Spelling, kept: Kept): void {
  addPlatform(draft, step);
  draft.after('scripts/contracts/worker.ts', ['services', 'intake'], `'${step.name}'`);
  if (kept.lab) addLab(draft, step);
  if (kept.simulation) addSimulation(draft, step);
  addTests(draft, step);
}

function addPlatform(draft: Draft, { name, capital }: Spelling): void {
  const destinations = 'scripts/platform/api/destinations.ts';
  draft.after(destinations, ['outputKeys', 'intake'], `${name}: '${capital}Url'`);
  draft.after(destinations, ['findDestinations', '=intake: api'], `${name}: api`);
  draft.after(destinations, ['findDestinations', "=intake: url('intake')"], `${name}: url('${name}')`);
  draft.after('scripts/platform/api/local-api.ts', ['toLimits', 'intake'], `${name}: pLimit(concurrency.${name})`);
  draft.after('scripts/platform/platform.ts', ['unbounded', 'intake'], `${name}: Infinity`);
  const edge = 'scripts/platform/edge/deployed-edge.ts';
  draft.after(edge, ['toService', 'intake'], `case '${name}':`);
  draft.swap(edge, ['toService'], 'must be api, catalog, intake', `must be api, catalog, intake, ${name}`);
}

function addLab(draft: Draft, { name }: Spelling): void {
  draft.after('scripts/lab/drill/limited-api.ts', ['=intake: to'], `${name}: to`);
  draft.after('scripts/lab/crash-points/scenario.ts', ['sellProduct', `=\`\${path}/stock\``], `\`\${path}/${name}\``);
}

function addSimulation(draft: Draft, { name }: Spelling): void {
  const folder = 'scripts/lab/simulation';
  draft.after(
    `${folder}/services.ts`,
    ['composeServices', 'intake'],
    `${name}: new Environments(scheduler, () => ${name}Api(all, noCache, undefined))`,
  );
  draft.import(`${folder}/services.ts`, [`${name}Api`], `../../../functions/${name}/api.ts`);
  const aws = `${folder}/dynamodb/entries.ts`;
  draft.after(aws, ['entries', 'intake'], `${name}: await load('${name}')`);
  draft.after(aws, ["=intake: start('intake')"], `${name}: start('${name}')`);
  for (const [place, cloud] of [
    ['firestore', 'google'],
    ['partition/azure', 'azure'],
  ]) {
    const file = `${folder}/${place}/entries.ts`;
    draft.after(file, ['entries', 'intake'], `${name}: await loadEntry('${name}', '${cloud}')`);
    draft.after(file, ["=intake: start('intake')"], `${name}: start('${name}')`);
  }
}

function addTests(draft: Draft, { name, capital }: Spelling): void {
  const path = `/products/lamp/${name}`;
  draft.after('test/support/api-calls.ts', ['apiCalls', 'intake'], `${name}: [['GET', '${path}']]`);
  draft.after(
    'test/support/gone-dependency.ts',
    ['guardedCalls', "={ service: 'catalog', method: 'GET', path: '/products', body: undefined }"],
    `{ service: '${name}', method: 'GET', path: '${path}', body: undefined }`,
  );
  const rehearsal = 'test/unit/rehearsal/rehearse.test.ts';
  draft.after(rehearsal, ['services', 'intake'], `'${name}'`);
  draft.after(rehearsal, ['liveVersions', 'intake'], `${name}: ${name}Api(ports, times, secret) as Handler`);
  draft.import(rehearsal, [`${name}Api`], `../../../functions/${name}/api.ts`);
  const api = 'test/unit/platform/local-api.test.ts';
  draft.after(api, ['concurrency', 'intake'], `${name}: 2`);
  draft.after(api, ["=intake: to('intake')"], `${name}: to('${name}')`);
  draft.after(
    api,
    ["=['GET', '/products/mug-blue/stock', 'catalog']"],
    `['GET', '/products/mug-blue/${name}', '${name}']`,
  );
  draft.after('test/unit/platform/metrics/platform-metrics.test.ts', ['=intake: to'], `${name}: to`);
  draft.after('test/unit/lab/fuzz/listeners.test.ts', ['=intake: destination'], `${name}: destination`);
  draft.rewrite(
    'test/synth/aws/service-stack.test.ts',
    /(\['CatalogUrl', 'IntakeUrl')/,
    (_, urls = '') => `${urls}, '${capital}Url'`,
  );
}
