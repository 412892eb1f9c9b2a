import { expect, test } from 'vitest';
import { parseLocalStage, parseRegion } from '../../../scripts/cli/stage-name.ts';

test('a region is one of the stage’s; without one it is home', () => {
  expect(parseRegion('local-regions', 'eu-central-1')).toBe('eu-central-1');
  expect(parseRegion('local-regions', undefined)).toBeUndefined();
  expect(parseRegion('dev', undefined)).toBeUndefined();
});

test.each([
  ['local-regions', 'us-east-1', "--region is 'us-east-1', must be one of eu-west-1, eu-central-1"],
  ['local-regions', '', "--region is '', must be one of eu-west-1, eu-central-1"],
  ['prod', 'eu-central-1', "--region is 'eu-central-1', but stage prod is in one region"],
])('%s refuses the region %s', (stage, region, message) => {
  expect(() => parseRegion(stage, region)).toThrow(expect.objectContaining({ code: 'region_unknown', message }));
});

test('one platform is one region: it offers no stage of several', () => {
  expect(() => parseLocalStage('local-regions')).toThrow('must be one of local, local-url');
  expect(parseLocalStage('local')).toEqual({ stage: 'local' });
});
