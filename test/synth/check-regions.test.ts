import { expect, test } from 'vitest';
import { accessOf } from '../../stacks/model/access.ts';
import { checkStage, collectViolations } from '../../stacks/model/checks/check-stage.ts';
import { serviceEnvironment } from '../../stacks/model/environments/service-environment.ts';
import { serviceNames } from '../../stacks/model/services.ts';
import { inEachRegion, inRegion } from '../../stacks/model/stages/regions.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages, withIssuer } from '../../stacks/model/stages/stages.ts';
import { away, home, twoRegions } from '../support/regions-stage.ts';

test.each([home, away, ...inEachRegion(stages['local-regions'])])('accepts $name in $region', (cell) => {
  expect(collectViolations(cell)).toEqual([]);
});

const bad: readonly [start: string, stage: Stage][] = [
  ['regions: must be two or more, or none, got eu-central-1', { ...twoRegions, regions: ['eu-central-1'] }],
  [
    'regions: must be different ones, got eu-central-1, eu-central-1',
    { ...twoRegions, regions: ['eu-central-1', 'eu-central-1'] },
  ],
  [
    'regions: must be regions of AWS, got europe. Example: eu-central-1',
    { ...twoRegions, regions: ['eu-central-1', 'europe'] },
  ],
  ['region: must be one of regions, eu-central-1, us-west-2, got eu-west-1', { ...twoRegions, region: 'eu-west-1' }],
  ['region: must be one of regions, eu-central-1, us-west-2, got null', { ...twoRegions, region: null }],
  [
    'regions: must be of one partition of AWS, got eu-central-1, cn-north-1',
    { ...twoRegions, regions: ['eu-central-1', 'cn-north-1'] },
  ],
  [
    'tables.catalog: must be on-demand in a stage of several regions: the table is replicated, got provisioned',
    { ...twoRegions, tables: { ...twoRegions.tables, catalog: stages.staging.tables.views } },
  ],
  [
    'pointInTimeRecoveryDays: must be 35 or null in a stage of several regions: Terraform cannot set another number on a copy, got 7',
    { ...twoRegions, pointInTimeRecoveryDays: 7 },
  ],
  [
    'identity: must be external in us-west-2: only eu-central-1 has the user pool, got cognito',
    inRegion(twoRegions, 'us-west-2'),
  ],
  [
    'api.kind: must be http-api in a stage of several regions, got function-url',
    { ...twoRegions, releases: null, api: { kind: 'function-url' } },
  ],
  [
    'edge.domain: must be set in a stage of several regions, got null',
    { ...twoRegions, edge: { ...twoRegions.edge, domain: null }, identity: stages.dev.identity },
  ],
];

test.each(bad)('%s', (start, stage) => {
  const found = collectViolations(stage);
  expect(found.filter((line) => line.startsWith(start))).toHaveLength(1);
  expect(() => checkStage(stage)).toThrow(start);
});

test('the stock of a region may be provisioned: nothing copies it', () => {
  const stage = { ...twoRegions, tables: { ...twoRegions.tables, coordination: stages.staging.tables.views } };
  expect(collectViolations(stage)).toEqual([]);
});

test('a stage is chosen in one of its regions; without a choice it is at home', () => {
  expect(inRegion(twoRegions, undefined)).toBe(twoRegions);
  expect(inRegion(twoRegions, 'us-west-2')).toEqual({ ...twoRegions, region: 'us-west-2' });
  expect(inEachRegion(stages.dev)).toEqual([stages.dev]);
});

test('refuses a region that is not the stage’s, and any region for a stage without regions', () => {
  expect(() => inRegion(twoRegions, 'eu-west-1')).toThrow(
    "region: must be one of eu-central-1, us-west-2, got 'eu-west-1'. Pass one with: -c region=eu-central-1",
  );
  expect(() => inRegion(stages.dev, 'eu-west-1')).toThrow(
    "region: stage 'dev' has no regions, got 'eu-west-1'. Omit it, or set regions",
  );
});

test('the issuer of the home region is an input of the others, and of no other stage', () => {
  const issuer = { issuer: 'https://issuer.example', audience: 'client' };
  expect(withIssuer(inRegion(twoRegions, 'us-west-2'), issuer).identity).toEqual({
    kind: 'external',
    ...issuer,
    jwks: null,
  });
  expect(() => withIssuer(twoRegions, issuer)).toThrow('has its own user pool');
  expect(() => withIssuer(inRegion(twoRegions, 'us-west-2'), { issuer: issuer.issuer })).toThrow(
    'has its own user pool',
  );
});

test.each(serviceNames)('%s knows nothing of regions in a stage that has none', (service) => {
  const names = [
    ...accessOf(stages.prod, service).map(({ env }) => env),
    ...Object.keys(serviceEnvironment(stages.prod, service)),
  ];
  expect(names.filter((name) => /REGION|OTHER/.test(name))).toEqual([]);
  for (const access of accessOf(stages.prod, service)) expect(access.actions).not.toEqual([]);
});
