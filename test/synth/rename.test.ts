import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { copyToRename } from '../../scripts/lab/rename/renamed-copy.ts';
import { runTests } from '../../scripts/lab/rename/run-tests.ts';
import { inCheckedCopy } from '../../scripts/parts/check-without.ts';
import { longestProject } from '../../stacks/model/checks/check-project.ts';
import { project } from '../../stacks/model/names.ts';

// The short form of `npm run rename-check`.
const copy = copyToRename();
afterAll(copy.remove);

const files = [
  ...['aws/snapshot', 'aws/data-stack', 'aws/stages', 'edge-function'].map((name) => `test/synth/${name}.test.ts`),
  ...['contracts/', 'runtime/', 'platform/issuer', 'lab/crash-points/'].map((name) => `test/unit/${name}`),
];

test('keeps templates and problems as they were under the longest name that fits', {
  timeout: 300_000,
}, async (context) => {
  context.skip(inCheckedCopy in process.env, 'the original project runs it');
  copy.rename('n'.repeat(longestProject().characters));
  const { passed, failed } = await runTests(copy.folder, ['unit', 'synth'], files);
  expect(failed).toEqual([]);
  expect(passed).toBeGreaterThan(100);
});

test('finds no file with the old name, except one that the test adds', () => {
  expect(copy.leftovers()).toEqual([]);
  writeFileSync(join(copy.folder, 'stacks', 'left.ts'), `\nexport const left = '${project}-prod-orders';\n`);
  expect(copy.leftovers()).toEqual(project.includes('-') ? ['stacks/left.ts:2'] : []);
});
