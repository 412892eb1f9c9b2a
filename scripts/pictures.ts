import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { exitCodes, parseCommandLine, runMain } from './cli/cli.ts';
import { startChromium } from './pictures/chromium.ts';
import { terminalPage } from './pictures/terminal-page.ts';
import { projectFolder } from './platform/process/paths.ts';
import { withPlatform } from './platform/with-platform.ts';
import { slowCalls } from './sale/check/invariants.ts';
import { awsSystem } from './sale/clouds.ts';
import { reportOf } from './sale/report.ts';
import { runSale } from './sale/sale.ts';

const usage = `
usage: npm run pictures

Takes the pictures of the README from the real thing: a sale of 400 orders, its report, and the storefront after it.
Writes docs/images/demo.png and docs/images/storefront.png. Exit code 0 only if the sale succeeded.

  --help
`;

const folder = join(projectFolder, 'docs', 'images');
const sale = { orders: 400, units: undefined, rate: undefined, concurrency: 16, seed: 1, browse: 8_000 };

await runMain(async () => {
  parseCommandLine(usage, {});
  return withPlatform({}, async (platform, progress) => {
    const system = awsSystem(platform);
    const { text, failures } = reportOf(await runSale(system, sale), system.calls(), system.memoryMb().peak, slowCalls);
    progress.step('taking the pictures');
    const browser = await startChromium();
    try {
      await takeReport(browser, text);
      await takeStorefront(browser, platform.edgeUrl);
    } finally {
      await browser.close();
    }
    for (const failure of failures) process.stdout.write(`FAILED: ${failure}\n`);
    process.stdout.write(`${folder}\n`);
    return failures.length > 0 ? exitCodes.failed : exitCodes.ok;
  });
});

async function takeReport(browser: Browser, text: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 960, height: 640 } });
  await page.setContent(terminalPage('npm run demo -- --orders 400', text));
  await page.locator('main').screenshot({ path: join(folder, 'demo.png') });
}

async function takeStorefront(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1180, height: 820 } });
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
