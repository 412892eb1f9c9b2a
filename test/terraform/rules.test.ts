import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runStacks } from '../../scripts/platform/terraform/apply.ts';
import { readFiles } from '../../scripts/rules/read-files.ts';
import { checkTemplate } from '../../stacks/rules/rule.ts';
import { rules } from '../../stacks/rules/rules.ts';

async function synthesized() {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  try {
    await runStacks(['--stage', 'all', '--cloud', 'all', '--no-code', '--out', folder]);
    const stacks = join(folder, 'stacks');
    return readFiles(readdirSync(stacks).map((name) => join(stacks, name, 'cdk.tf.json')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each(await synthesized())('$name breaks no rule of deployability', ({ template }) => {
  expect(template.resources.length).toBeGreaterThan(50);
  expect(checkTemplate(template, rules)).toEqual([]);
});
