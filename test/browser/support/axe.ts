import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Accessibility violations that axe finds on the page. */
export async function violations(page: Page): Promise<string[]> {
  // Injected as by a debugger: the policy blocks page scripts.
  await page.evaluate(axe);
  const { violations: found, passes } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<import('axe-core').AxeResults> } }).axe.run(),
  );
  // Proves that axe ran.
  expect(passes.length).toBeGreaterThan(10);
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => html + failureSummary).join()}`,
  );
}
