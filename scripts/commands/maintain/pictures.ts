import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { startChromium } from '../../pictures/chromium.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import { withPlatform } from '../../platform/with-platform.ts';
import type { Report } from '../../report/report.ts';
import { reportPage } from '../../report/report-page.ts';
import { slowCalls } from '../../sale/check/invariants.ts';
import { awsSystem } from '../../sale/clouds.ts';
import { demoReport } from '../../sale/demo-report.ts';
import { reportOf } from '../../sale/report.ts';
import { runSale } from '../../sale/sale.ts';

const usage = `
usage: npm run pictures

Takes the pictures of the README from the real thing: a sale of 400 orders, the page of its report, and the storefront after it.
Writes docs/images/demo.png and docs/images/storefront.png. Exit code 0 only if the sale succeeded.

  --help
`;

const folder = join(projectFolder, 'docs', 'images');
const size = { width: 1180, height: 820 };
const sale = { orders: 400, units: undefined, rate: undefined, concurrency: 16, seed: 1, browse: 8_000 };

await runMain(async () => {
  parseCommandLine(usage, {});
  return withPlatform({}, async (platform, progress) => {
    const system = awsSystem(platform);
    const sold = await runSale(system, sale);
    const report = demoReport(reportOf(sold, system.calls(), system.memoryMb().peak, { check: slowCalls }), sale);
    progress.step('taking the pictures');
    const browser = await startChromium();
    try {
      await takeReport(browser, report);
      await takeStorefront(browser, platform.edgeUrl);
    } finally {
      await browser.close();
    }
    for (const failure of report.failures) process.stdout.write(`FAILED: ${failure}\n`);
    process.stdout.write(`${folder}\n`);
    return report.failures.length > 0 ? exitCodes.failed : exitCodes.ok;
  });
});

async function takeReport(browser: Browser, report: Report): Promise<void> {
  const page = await browser.newPage({ viewport: size });
  await page.setContent(reportPage(report, new Date()));
  await page.screenshot({ path: join(folder, 'demo.png') });
}

async function takeStorefront(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage({ viewport: size });
  await page.goto(url);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('Customer name').fill('anna');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  const buy = page.getByRole('button', { name: /^Buy/ });
  await buy.last().click();
  await page.getByText('Confirmed', { exact: true }).first().waitFor();
  await page.screenshot({ path: join(folder, 'storefront.png') });
}
