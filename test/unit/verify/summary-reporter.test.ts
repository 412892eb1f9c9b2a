import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Summary } from '../../../scripts/test/summary-reporter.ts';

const root = join(import.meta.dirname, '../../..');

test('counts a skip with its reason as skipped, and one without as failed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'summary-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, 'some.test.js'),
    `test('passes', () => {});
     test('needs a lamp', (context) => context.skip(true, 'there is no lamp'));
     test.skip('says nothing', () => {});
     test('throws', () => { throw new Error('no light'); });`,
  );
  const file = join(folder, 'summary.json');
  const run = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--root', folder, '--globals'],
      `--reporter=${join(root, 'scripts/test/summary-reporter.ts')}`,
    ],
    { env: { PATH: process.env.PATH, TMPDIR: folder, TEST_SUMMARY: file }, encoding: 'utf8' },
  );
  expect(run.stdout).toContain('skipped: needs a lamp: there is no lamp');
  const { failures, ...counts } = JSON.parse(readFileSync(file, 'utf8')) as Summary;
  expect(counts).toEqual({ passed: 1, failed: 2, skipped: 1 });
  expect(failures).toEqual([
    'some.test.js > says nothing\n    skipped without a reason',
    expect.stringMatching(/^some\.test\.js > throws\n {4}no light/),
  ]);
});
