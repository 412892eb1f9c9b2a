import { expect, test } from 'vitest';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { checkTemplate } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';
import { readStage } from './read-stage.ts';

test.each(Object.values<Stage>(stages))('stage $name by CDK breaks no rule of deployability', (stage) => {
  expect(checkTemplate(readStage(stage), rules)).toEqual([]);
});
