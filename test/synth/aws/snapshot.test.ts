import type { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { projectLetters } from '../../../functions/contracts/project.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { synthesize } from './synthesize.ts';

/** Without hashes and without the project's name. */
const redacted = (id: string): string => id.replace(/[0-9A-F]{8}/g, '').replaceAll(projectLetters, '<project>');

/** Resource ids by type, without hashes; a count instead for types with many resources. */
function toDigest(template: Template): Record<string, string | number> {
  const resources = Object.entries(template.toJSON().Resources as Record<string, { Type: string }>);
  const types = [...new Set(resources.map(([, { Type }]) => Type))].sort();
  return Object.fromEntries(
    types.map((type) => {
      const names = resources.filter(([, { Type }]) => Type === type).map(([id]) => redacted(id));
      return [type, names.length > 5 || type === 'AWS::Lambda::Version' ? names.length : names.sort().join(' ')];
    }),
  );
}

const cases = (['dev', 'prod', 'local', 'local-url'] as const).flatMap((stage) =>
  (['data', 'service', 'edge', 'operations'] as const).map((stack) => [stage, stack] as const),
);

test.each(cases)('%s %s keeps its resources', (stage, stack) => {
  expect(toDigest(synthesize(stages[stage])[stack])).toMatchSnapshot();
});
