import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { startChromium, whyNoChromium } from '../../scripts/pictures/chromium.ts';
import { lacking, platform } from '../support/deployed.ts';
import { putOnSale } from './support/on-sale.ts';
import { layoutShifts, visit } from './support/visitor.ts';

const noChromium = await whyNoChromium();

// Runs with the integration tests on each kind of API; the rest of the page behaves the same on both.
test('buys an item in a browser, and shows its order as confirmed without a reload', async (context) => {
  const why = noChromium ?? lacking('custom-resource');
  context.skip(why !== undefined, why);
  // Sorts first, regardless of products from other tests.
  const name = `A lamp ${randomUUID().slice(0, 4)}`;
  await putOnSale(name, 1_999, 5);
  const browser = await startChromium();
  try {
    const { page, card, signIn, screenshot, complaints } = await visit(browser, platform.edgeUrl);
    await signIn('anna');
    await card(name).getByText('About 5 of 5 left').waitFor();
    await card(name).getByLabel(`Quantity of ${name}`).selectOption('2');
    await card(name)
      .getByRole('button', { name: `Buy ${name}` })
      .click();
    await card(name).getByText(`Confirmed: 2 × ${name} for €39.98.`).waitFor();
    const row = page.locator('.row').first();
    expect(await row.textContent()).toContain('Confirmed');
    expect(await page.getByRole('status').textContent()).toContain('Confirmed');
    await card(name).getByText('About 3 of 5 left').waitFor();
    await screenshot('bought');
    expect(await layoutShifts(page)).toEqual([]);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});
