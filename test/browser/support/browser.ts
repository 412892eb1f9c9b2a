import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, onTestFinished } from 'vitest';
import { startChromium } from '../../../scripts/pictures/chromium.ts';
import { type Visitor, visit } from './visitor.ts';

export const shopUrl = inject('shopUrl');

export let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser?.close());

/** A name that no other test uses. */
export const fresh = (what: string) => `${what} ${randomUUID().slice(0, 4)}`;

/** Opens the shop in a window of its own. Script errors and policy violations there fail the test. */
export async function visitor(options: Parameters<typeof visit>[2] = {}): Promise<Visitor> {
  const one = await visit(browser, shopUrl, options);
  onTestFinished(async () => {
    expect(one.complaints).toEqual([]);
    await one.context.close();
  });
  return one;
}
