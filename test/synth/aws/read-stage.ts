import { stackName } from '../../../stacks/model/names.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { readCloudFormation } from '../../../stacks/rules/template/read-cloudformation.ts';
import type { CloudFormationFile } from '../../../stacks/rules/template/stack-links.ts';
import type { Template } from '../../../stacks/rules/template/template.ts';
import { synthesizeCell } from './synthesize.ts';

/** All stacks of a stage by CDK, as rules read them. */
export function readStage(stage: Stage): Template {
  const templates = Object.entries(synthesizeCell(stage)).flatMap(([name, template]) =>
    template
      ? [[stackName(stage.name, name as 'data'), template.toJSON() as unknown as CloudFormationFile] as const]
      : [],
  );
  return readCloudFormation(Object.fromEntries(templates));
}
