import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LineFile, readLineFile } from '../../../../scripts/platform/tracing/line-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lines-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lineOf = (number: number) =>
  JSON.stringify({
    level: 'INFO',
    message: 'settled',
    timestamp: '2026-11-27T09:00:00.000Z',
    orderId: `order-${number}.`,
  });

test('finds lines of the functions by a text, and leaves out metrics and malformed lines', async () => {
  const file = join(folder, 'lines');
  const kept = new LineFile(file);
  for (const line of [lineOf(1), lineOf(2), '{"_aws":{"order-1.":1}}', 'Error: order-1.', '{"order-1.": no JSON'])
    kept.write('settlement', line);
  kept.close();
  const found = await readLineFile(file, ['order-1.', 'order-3.']);
  expect(found).toMatchObject([{ service: 'settlement', message: 'settled', fields: { orderId: 'order-1.' } }]);
});

test('keeps the newest lines in two files of a limited size', async () => {
  const file = join(folder, 'lines');
  const kept = new LineFile(file, 1_000);
  for (let number = 0; number < 100; number++) {
    kept.write('settlement', lineOf(number));
    // Lets a file be opened, which happens between calls.
    if (number % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  kept.close();
  const found = await readLineFile(file, ['order-']);
  expect(found.length).toBeLessThan(30);
  expect(found.at(-1)?.fields.orderId).toBe('order-99.');
});

test('finds nothing where there is no file', async () => {
  expect(await readLineFile(join(folder, 'none'), ['order'])).toEqual([]);
});
