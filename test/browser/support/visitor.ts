import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { localFolder } from '../../../scripts/platform/process/paths.ts';

const screenshots = join(localFolder, 'screenshots');
mkdirSync(screenshots, { recursive: true });

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** URLs of all requests by the page. */
  readonly asked: string[];
  /** Script errors and policy violations. */
  readonly complaints: string[];
  signIn(name: string): Promise<void>;
  card(name: string): ReturnType<Page['locator']>;
  screenshot(name: string): Promise<void>;
}

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.addInitScript(watchShifts);
  const page = await context.newPage();
  // Generous, for busy machines.
  page.setDefaultTimeout(30_000);
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(url);
  return {
    page,
    context,
    asked,
    complaints,
    card: (name) => page.locator('.card', { has: page.getByRole('heading', { name, exact: true }) }),
    signIn: async (name) => {
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByLabel('Customer name').fill(name);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
    },
    screenshot: async (name) => {
      await page.screenshot({ path: join(screenshots, `${name}.png`) });
    },
  };
}

declare global {
  var shifts: string[];
}

interface Shift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly { readonly node: Node | null; readonly previousRect: DOMRect; currentRect: DOMRect }[];
}

/** Runs in the page. Records shifts that Cumulative Layout Shift counts: all except those right after user input. */
function watchShifts(): void {
  globalThis.shifts = [];
  const at = ({ x, y, width, height }: DOMRect) => `${x},${y} ${width}x${height}`;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries() as Shift[]) {
      if (hadRecentInput) continue;
      const moved = sources.map(
        ({ node, previousRect, currentRect }) =>
          `'${node?.textContent?.slice(0, 60)}' from ${at(previousRect)} to ${at(currentRect)}`,
      );
      globalThis.shifts.push(`${value}: ${moved.join('; ')}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

export const layoutShifts = (page: Page): Promise<string[]> => page.evaluate(() => globalThis.shifts);
