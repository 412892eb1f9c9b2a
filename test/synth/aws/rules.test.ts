import { describe, expect, test } from 'vitest';
import { stackName } from '../../../stacks/model/names.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { checkTemplate } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';
import { type CloudFormationFile, readCloudFormation } from '../../../stacks/rules/template/read-cloudformation.ts';
import { synthesize } from './synthesize.ts';

function readStage(stage: Stage) {
  const templates = Object.entries(synthesize(stage)).flatMap(([name, template]) =>
    template
      ? [[stackName(stage.name, name as 'data'), template.toJSON() as unknown as CloudFormationFile] as const]
      : [],
  );
  return readCloudFormation(Object.fromEntries(templates));
}

describe.each(Object.values<Stage>(stages))('stage $name, by CDK', (stage) => {
  test('breaks no rule of deployability', () => {
    expect(checkTemplate(readStage(stage), rules)).toEqual([]);
  });
});
