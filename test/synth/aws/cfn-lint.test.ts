import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { installCfnLint, lintTemplates, readFixedProperties } from '../../../scripts/rules/cfn-lint/cfn-lint.ts';
import type { JsonObject } from '../../../stacks/model/json.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { cloudFormationTypes } from '../../../stacks/rules/replacement/stateful-types.ts';
import { synthesize } from './synthesize.ts';

const folder = mkdtempSync(join(tmpdir(), 'cfn-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, template: JsonObject): string {
  const file = join(folder, `${name}.template.json`);
  writeFileSync(file, JSON.stringify(template));
  return file;
}

/** Not the local stages, which spell CORS as their engine reads it. */
const files = (['dev', 'staging', 'prod'] as const).flatMap((stage) =>
  Object.entries(synthesize(stages[stage])).flatMap(([stack, template]) =>
    template ? [write(`${stage}-${stack}`, template.toJSON() as JsonObject)] : [],
  ),
);

test('cfn-lint finds no error in any template, and one in a spoiled one', { timeout: 300_000 }, async (context) => {
  const installed = await installCfnLint(() => {}).catch((error: Error) => error);
  if (typeof installed !== 'string') return context.skip(`cfn-lint is not installed: ${installed.message}`);
  expect(files.length).toBeGreaterThan(13);
  expect(lintTemplates(installed, files)).toBe('');
  const spoiled = { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 43_201 } } } };
  expect(lintTemplates(installed, [write('spoiled', spoiled)])).toMatch(/:E\d{4}:.*43201/);
});

test('the fixed properties of resources with data are those of the schema', { timeout: 120_000 }, async (context) => {
  const installed = await installCfnLint(() => {}).catch((error: Error) => error);
  if (typeof installed !== 'string') return context.skip(`cfn-lint is not installed: ${installed.message}`);
  const fixed = readFixedProperties(installed, Object.keys(cloudFormationTypes));
  expect(Object.keys(fixed)).toHaveLength(Object.keys(cloudFormationTypes).length);
  for (const [type, names] of Object.entries(fixed)) {
    // Cognito refuses more than CloudFormation knows.
    if (names.length > 0) expect([...names].sort(), type).toEqual(cloudFormationTypes[type]?.fixed);
  }
});
