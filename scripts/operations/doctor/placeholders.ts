import { findPlaceholders } from '../../../stacks/model/checks/placeholders.ts';
import type { Cloud } from '../../../stacks/model/clouds/clouds.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { type Check, failed, ok } from './check.ts';

/** Reports all placeholders in one line: a deploy would create half of the stage before the first one fails. */
export const placeholders = <Context extends { readonly stage: Stage }>(cloud: Cloud): Check<Context> => ({
  name: 'placeholders',
  permissions: [],
  look: ({ stage }) => {
    const found = findPlaceholders(stage, [cloud]);
    const needed = `none in stage ${stage.name}`;
    if (found.length === 0) return ok('none', needed);
    const lines = found.map(({ setting, got }) => `${setting} is '${got}'`).join('\n');
    return failed(
      `${found.length} settings still have example values:\n${lines}`,
      needed,
      'Set them in stacks/model/stages/stages.ts: only you know them.',
    );
  },
});
