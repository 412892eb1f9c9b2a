import { expect, test } from 'vitest';
import { physicalName } from '../../../stacks/model/names.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { findOneWith, findProperties, synthesize } from './synthesize.ts';

const atGeneration = (originSecretGeneration: number): Stage => ({
  ...stages.dev,
  edge: { ...stages.dev.edge, originSecretGeneration },
});

/** Generations of the secret that exist, that the API accepts, and that the CDN sends. */
function readGenerations(stage: Stage) {
  const { data, service, edge } = synthesize(stage);
  const intake = findOneWith(service, 'AWS::Lambda::Function', 'FunctionName', physicalName(stage.name, 'intake'));
  const { Variables } = intake.Environment as { Variables: { ORIGIN_SECRET: string } };
  const [distribution] = findProperties(edge, 'AWS::CloudFront::Distribution');
  const toGenerations = (text: string) =>
    [...text.matchAll(/origin-secret-(\d+):/g)].map(([, digits]) => Number(digits));
  const names = findProperties(data, 'AWS::SecretsManager::Secret').map(({ Name }) => `${String(Name)}:`);
  return {
    exist: toGenerations(names.join(' ')),
    accepted: toGenerations(Variables.ORIGIN_SECRET),
    sent: [...new Set(toGenerations(JSON.stringify(distribution)))],
    variable: Variables.ORIGIN_SECRET,
  };
}

test('the first generation is the only one', () => {
  expect(readGenerations(stages.dev)).toMatchObject({ exist: [1], accepted: [1], sent: [1] });
});

test.each([2, 3, 7])(
  'between the updates of API and CDN, each deploy to generation %i refuses nothing',
  (generation) => {
    const [before, after] = [readGenerations(atGeneration(generation - 1)), readGenerations(atGeneration(generation))];
    // The data stack is deployed first, then the service, then the edge.
    expect(after.accepted).toEqual(expect.arrayContaining(before.sent));
    expect(after.accepted).toEqual(expect.arrayContaining(after.sent));
    // A rollback of the service refers to the earlier generations, so they must still exist.
    expect(after.exist).toEqual(expect.arrayContaining(before.accepted));
    expect(after.variable).toMatch(/^\S+ \S+$/);
  },
);
