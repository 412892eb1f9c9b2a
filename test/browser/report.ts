import { expect, onTestFinished, test } from 'vitest';
import { reportPage } from '../../scripts/report/report-page.ts';
import { platform } from '../support/deployed.ts';
import { violations } from './support/axe.ts';
import { browser } from './support/browser.ts';

const report = {
  title: 'Drill: outage',
  about: 'The stores are unreachable for a while.',
  success: 'All limits are kept.',
  sections: [
    {
      title: 'Over time',
      charts: [
        {
          title: 'Orders',
          unit: 'orders per second',
          lines: ['clicked', 'settled', 'fulfilled', 'cancelled'].map((name, index) => ({
            name,
            points: Array.from(
              { length: 30 },
              (_, second) => [second, 1_000 * Math.sin(second / 9 + index) ** 2] as const,
            ),
          })),
          spans: [{ name: 'unreachable', from: 5, to: 12 }],
        },
      ],
    },
    {
      title: 'Must hold',
      table: { head: ['what', 'verdict'], rows: [['backlog', 'FAILED']] },
      notes: ['On a laptop.'],
    },
  ],
};

test.each([
  ['light', []],
  ['dark', ['backlog: measured 900 s, the limit is at most 720 s']],
] as const)('the page of a report has no axe violations: %s', async (colorScheme, failures) => {
  const context = await browser.newContext({ colorScheme, viewport: { width: 360, height: 800 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.setContent(reportPage({ ...report, failures }, new Date()));
  expect(await violations(page)).toEqual([]);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wider).toBeLessThanOrEqual(0);
});

test("the partner's page follows its calls, and has no axe violations", async () => {
  const context = await browser.newContext({ colorScheme: 'dark' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', ({ text }) => complaints.push(text()));
  await page.goto(platform.partnerUrl);
  expect(await violations(page)).toEqual([]);
  await fetch(`${platform.partnerUrl}/orders`, { method: 'POST', body: 'not an order' });
  await expect.poll(() => page.locator('tr', { hasText: 'unsigned' }).locator('td').textContent()).not.toBe('0');
  expect(complaints.filter((text) => !text.includes('axe'))).toEqual([]);
});
