import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import type { Spelling } from '../spelling.ts';

/** Adds the constructs of both tools. */
export function addAws(draft: Draft, step: Spelling, kept: Kept): void {
  if (kept.cdk) {
    addCdk(draft, step);
    addCdkTests(draft, step);
  }
  if (kept.terraform) addTerraform(draft, step);
}

function addCdk(draft: Draft, { name, capital }: Spelling): void {
  const stack = 'stacks/aws/service-stack.ts';
  draft.after(stack, ["=intake: add('intake')"], `${name}: add('${name}')`);
  draft.after(stack, ['addApi', 'IntakeUrl'], `${capital}Url: urls.${name}`);
  draft.after('stacks/aws/edge/origins.ts', ['urlKeys', 'intake'], `${name}: '${capital}Url'`);
  draft.after('stacks/aws/http-api.ts', ['integrations', 'intake'], `${name}: integration('${name}')`);
}

function addCdkTests(draft: Draft, { name }: Spelling): void {
  draft.after(
    'test/synth/aws/grants.test.ts',
    ['settings', 'catalog'],
    `${name}: ['CACHE_BROWSER_SECONDS', 'CACHE_EDGE_SECONDS', 'CACHE_ERROR_SECONDS', 'CACHE_STALE_SECONDS']`,
  );
  const edge = 'test/synth/aws/local-edge.test.ts';
  draft.after(edge, ['expected', 'intake'], `${name}: string;`);
  draft.before(
    edge,
    ['expected', "={ pattern: '/products*', origin: origin.catalog, ...products }"],
    `{ pattern: '/products/*/${name}', origin: origin.${name}, ...products }`,
  );
  for (const [of, own] of [
    ['api', 'api'],
    ['http', 'http'],
    ['intake', name],
  ])
    draft.after(edge, [`=intake: '${of}'`], `${name}: '${own}'`);
  draft.after(edge, [routing, "=['GET', '/']"], `['GET', '/products/lamp/${name}']`);
  draft.after(edge, [routing, 'storefront'], `originOf.${name}`);
}

const routing = "routes reads to the behaviour's origin, and product writes where the edge function sends them";

function addTerraform(draft: Draft, { name, capital }: Spelling): void {
  const folder = 'stacks/terraform/aws';
  draft.after(`${folder}/function-urls.ts`, ["=intake: urlOf('intake')"], `${name}: urlOf('${name}')`);
  const service = `${folder}/service.ts`;
  draft.after(service, ["=intake: add('intake')"], `${name}: add('${name}')`);
  draft.after(service, ['IntakeUrl'], `${capital}Url: urls.${name}`);
  draft.after(service, ['=intake: toHost(urls.intake)'], `${name}: toHost(urls.${name})`);
}
