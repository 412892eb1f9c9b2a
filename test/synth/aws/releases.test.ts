import { describe, expect, test } from 'vitest';
import { collectViolations } from '../../../stacks/model/checks/check-stage.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { releaseGuards, releaseMinutes, shiftMinutes } from '../../../stacks/model/operations/releases.ts';
import { type Service, serviceNames } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { findProperties, findResources, synthesize } from './synthesize.ts';

const released = Object.values<Stage>(stages).filter((stage) => stage.releases !== null);
const templatesOf = (stage: Stage) => {
  const { service, edge, operations } = synthesize(stage);
  return [service, edge, operations];
};
const all = (stage: Stage, type: string) => templatesOf(stage).flatMap((template) => findProperties(template, type));

test('staging and prod move calls in steps, and every other stage all at once', () => {
  expect(released.map(({ name }) => name)).toEqual(['staging', 'prod']);
  for (const stage of [stages.dev, stages.local, stages['local-url']])
    expect(all(stage, 'AWS::CodeDeploy::DeploymentGroup')).toEqual([]);
});

describe.each(released)('stage $name', (stage) => {
  test('has a group for each function, which rolls back by itself', () => {
    const groups = all(stage, 'AWS::CodeDeploy::DeploymentGroup');
    expect(groups.map(({ DeploymentGroupName }) => DeploymentGroupName).sort()).toEqual([...serviceNames].sort());
    for (const group of groups)
      expect(group).toMatchObject({
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
        },
        AlarmConfiguration: { Enabled: true },
        DeploymentConfigName: expect.stringMatching(/^CodeDeployDefault\.Lambda(Canary|Linear)10Percent/),
      });
  });

  test.each(serviceNames)('names alarms of %s that exist', (service: Service) => {
    const alarms = new Set(all(stage, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName));
    const guards = releaseGuards(stage, service);
    expect(guards.filter((name) => !alarms.has(name))).toEqual([]);
    expect(guards.length).toBeGreaterThanOrEqual(3);
  });

  test('watches the new version alone, by the version that the alias gets', () => {
    for (const template of templatesOf(stage).slice(0, 2))
      for (const { Properties } of Object.values(findResources(template, 'AWS::Lambda::Alias'))) {
        const watched = findProperties(template, 'AWS::CloudWatch::Alarm').map(({ Dimensions }) =>
          JSON.stringify(Dimensions),
        );
        expect(watched.filter((text) => text.includes(JSON.stringify(Properties.FunctionVersion)))).not.toEqual([]);
      }
  });

  test('every alias waits for its group and both hooks', () => {
    for (const template of templatesOf(stage).slice(0, 2))
      for (const [id, resource] of Object.entries(findResources(template, 'AWS::Lambda::Alias'))) {
        const { UpdatePolicy: policy, DependsOn } = resource as {
          UpdatePolicy?: unknown;
          DependsOn?: readonly string[];
        };
        const group = `${id.replace(/Live[0-9A-F]{8}$/, '')}ReleaseGroup`;
        expect(DependsOn?.some((one) => one.startsWith(group))).toBe(true);
        expect(policy).toMatchObject({
          CodeDeployLambdaAliasUpdate: {
            ApplicationName: physicalName(stage.name, 'releases'),
            BeforeAllowTrafficHook: physicalName(stage.name, 'rehearsal'),
            AfterAllowTrafficHook: physicalName(stage.name, 'inspection'),
          },
        });
      }
  });

  test('a release ends long before the next rehearsal of a sale could need other floors', () => {
    expect(stage.releases && shiftMinutes(stage.releases)).toBeLessThanOrEqual(10);
  });
});

test.each<[string, object | null, RegExp]>([
  ['a shift that is none', { shift: 'all', minutes: 5 }, /releases\.shift: must be canary or linear/],
  [
    'minutes that CodeDeploy has for the other shift',
    { shift: 'canary', minutes: 1 },
    /releases\.minutes: .*5, 10, 15, 30/,
  ],
  ['minutes that it does not have', { shift: 'linear', minutes: 5 }, /releases\.minutes: .*1, 2, 3, 10/],
])('refuses %s', (_, releases, expected) => {
  const stage = { ...stages.dev, releases } as Stage;
  expect(collectViolations(stage).join('\n')).toMatch(expected);
});

test('refuses releases behind Function URLs, and on this machine', () => {
  const releases = { shift: 'canary', minutes: 5 } as const;
  const url: Stage = { ...stages.dev, api: { kind: 'function-url' }, releases };
  expect(collectViolations(url).join('\n')).toMatch(/releases: must be null behind Function URLs/);
  expect(collectViolations({ ...stages.local, releases }).join('\n')).toMatch(/releases: must be null on this machine/);
});

test.each([
  ['canary', releaseMinutes.canary],
  ['linear', releaseMinutes.linear],
] as const)('accepts each step of a %s release', (shift, minutes) => {
  for (const one of minutes) {
    const stage: Stage = { ...stages.dev, releases: { shift, minutes: one } };
    expect(collectViolations(stage)).toEqual([]);
  }
});
