import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { announceTarget, targetsFolder } from '../../../../scripts/platform/metrics/announce.ts';

const root = join(import.meta.dirname, '../../../..');

test('tells Prometheus the address and the stage, and forgets processes that are gone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'targets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // No process has so high a number.
  writeFileSync(join(folder, '99999999.json'), '[]');
  writeFileSync(join(folder, `${process.ppid}.json`), '[]');
  announceTarget('http://127.0.0.1:1234/metrics', 'local-url', folder);
  expect(readdirSync(folder).sort()).toEqual([`${process.pid}.json`, `${process.ppid}.json`].sort());
  expect(JSON.parse(readFileSync(join(folder, `${process.pid}.json`), 'utf8'))).toEqual([
    { targets: ['127.0.0.1:1234'], labels: { stage: 'local-url' } },
  ]);
});

test('Prometheus looks where platforms tell it', () => {
  const file = join(root, 'observability/prometheus.yml');
  const [job] = parse(readFileSync(file, 'utf8')).scrape_configs;
  const [pattern = ''] = job.file_sd_configs[0].files as string[];
  expect(join(file, '..', pattern)).toBe(join(targetsFolder, '*.json'));
});
