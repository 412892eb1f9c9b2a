import type { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { synthesize } from './synthesize.ts';

/** What a stack holds, not how: types with the names of their resources, long families as a count, no hashes. */
function digestOf(template: Template): Record<string, string | number> {
  const resources = Object.entries(template.toJSON().Resources as Record<string, { Type: string }>);
  const types = [...new Set(resources.map(([, { Type }]) => Type))].sort();
  return Object.fromEntries(
    types.map((type) => {
      const names = resources.filter(([, { Type }]) => Type === type).map(([id]) => id.replace(/[0-9A-F]{8}/g, ''));
      return [type, names.length > 5 || type === 'AWS::Lambda::Version' ? names.length : names.sort().join(' ')];
    }),
  );
}

const cases = (['dev', 'prod', 'local', 'local-url'] as const).flatMap((stage) =>
  (['data', 'service', 'edge', 'operations'] as const).map((stack) => [stage, stack] as const),
);

test.each(cases)('%s %s holds what it held', (stage, stack) => {
  expect(digestOf(synthesize(stages[stage])[stack])).toMatchSnapshot();
});
