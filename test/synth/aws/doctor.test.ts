import { describe, expect, test } from 'vitest';
import { bootstrap } from '../../../stacks/model/needs/aws-quotas.ts';
import {
  copiedTables,
  edgePolicyNames,
  fixedLogGroups,
  fixedSecrets,
  fixedTables,
} from '../../../stacks/model/needs/fixed-names.ts';
import { stackPlaces } from '../../../stacks/model/needs/regions.ts';
import { isHome } from '../../../stacks/model/stages/regions.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { toText } from '../../../stacks/rules/template/template.ts';
import { away, home } from '../../support/regions-stage.ts';
import { readStage } from './read-stage.ts';
import { compose } from './synthesize.ts';

const region = '<AWS::Region>';

/** The doctor must look for exactly those resources that the templates create. */
describe.each([stages.dev, stages.prod, home, away])('$name in $region of $regions', (stage) => {
  const { resources } = readStage(stage);
  const namesOf = (type: RegExp, ...path: readonly string[]): string[] =>
    resources
      .filter((resource) => type.test(resource.type))
      .map(({ properties }) =>
        toText(path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], properties) as never),
      )
      .sort();

  test('creates the tables, log groups and secrets whose names must be free', () => {
    expect(namesOf(/::(Global)?Table$/, 'TableName')).toEqual(fixedTables(stage).sort());
    expect(namesOf(/::LogGroup$/, 'LogGroupName')).toEqual(
      fixedLogGroups(stage, region)
        .map((one) => one.name)
        .sort(),
    );
    expect(namesOf(/::Secret$/, 'Name')).toEqual(fixedSecrets(stage).sort());
  });

  test('creates the policies of CloudFront whose names must be free, in the home region alone', () => {
    const none = { cache: [], requests: [], headers: [] };
    const { cache, requests, headers } = isHome(stage) ? edgePolicyNames(stage, region) : none;
    expect(namesOf(/::CachePolicy$/, 'CachePolicyConfig', 'Name')).toEqual([...cache].sort());
    expect(namesOf(/::OriginRequestPolicy$/, 'OriginRequestPolicyConfig', 'Name')).toEqual([...requests].sort());
    expect(namesOf(/::ResponseHeadersPolicy$/, 'ResponseHeadersPolicyConfig', 'Name')).toEqual([...headers].sort());
  });

  test('has its stacks where the doctor looks, and needs no newer bootstrap', () => {
    const { app, remove } = compose(stage);
    const { stacks } = app.synth();
    remove();
    const places = stacks.map(({ stackName, environment }) => ({
      stack: stackName,
      region: environment.region === 'unknown-region' ? region : environment.region,
    }));
    expect(places).toEqual(expect.arrayContaining(stackPlaces(stage, region)));
    expect(places).toHaveLength(stackPlaces(stage, region).length);
    expect(new Set(stacks.map((stack) => stack.requiresBootstrapStackVersion))).toEqual(new Set([bootstrap.version]));
  });
});

test('the copies that count in a region are those that the other region makes', () => {
  const copies = (cell: Stage, other: Stage) =>
    readStage(other)
      .resources.filter(({ type }) => type === 'AWS::DynamoDB::GlobalTable')
      .filter(({ properties }) => JSON.stringify(properties.Replicas).includes(`"${cell.region}"`))
      .map(({ properties }) => String(properties.TableName));
  expect(copiedTables(away)).toEqual(copies(away, home));
  expect(copiedTables(home)).toEqual(copies(home, away));
  expect(copiedTables(away)).toHaveLength(3);
  expect(copiedTables(stages.prod)).toEqual([]);
});
