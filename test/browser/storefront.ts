import { randomUUID } from 'node:crypto';
import type { Page, Route } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { ShopClient } from '../../scripts/sale/client.ts';
import { platform, tokenOf } from '../support/deployed.ts';
import { violations } from './support/axe.ts';
import { fresh, shopUrl, visitor } from './support/browser.ts';
import { putOnSale } from './support/on-sale.ts';
import { layoutShifts } from './support/visitor.ts';

const api = new ShopClient(platform.apiUrl);
const kib = 1_024;

beforeAll(async () => {
  await putOnSale('Game console X', 49_900, 640);
  await putOnSale('Headphones', 12_900, 120);
  await putOnSale('Kettle', 3_900, 40);
});

async function readOrders(customer: string) {
  const token = await tokenOf(customer);
  const { body } = await api.call<{ items: { sku: string }[] }>({ method: 'GET', path: '/orders', token });
  return body.items;
}

test('shows sold out for an order beyond the stock and for a product without units', async () => {
  const name = fresh('Rare lamp');
  await putOnSale(name, 9_900, 1);
  const { card, signIn, screenshot } = await visitor();
  await signIn('bert');
  await card(name).getByLabel(`Quantity of ${name}`).selectOption('2');
  await card(name)
    .getByRole('button', { name: `Buy ${name}` })
    .click();
  await card(name).getByText(`Sold out: fewer than 2 × ${name} were left. You pay nothing.`).waitFor();
  await card(name).getByLabel(`Quantity of ${name}`).selectOption('1');
  await card(name)
    .getByRole('button', { name: `Buy ${name}` })
    .click();
  await card(name)
    .getByRole('button', { name: `Sold out ${name}` })
    .waitFor();
  await card(name).locator('.gone').waitFor();
  await screenshot('sold-out');
  const another = await visitor();
  const button = another.card(name).getByRole('button');
  await another.card(name).locator('.gone').waitFor();
  expect([await button.textContent(), await button.getAttribute('aria-disabled')]).toEqual([
    `Sold out ${name}`,
    'true',
  ]);
});

test('repeats the same key after a lost answer and a reload, and creates one order', async () => {
  const name = fresh('Lost lamp');
  await putOnSale(name, 1_500, 9);
  const customer = `dora-${randomUUID().slice(0, 6)}`;
  const { page, card, signIn } = await visitor();
  await signIn(customer);
  const keys: (string | undefined)[] = [];
  const loseAnswers = async (route: Route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    keys.push(route.request().headers()['idempotency-key']);
    await route.fetch();
    // The page may already be reloading.
    await route.abort('connectionreset').catch(() => {});
  };
  await page.route('**/orders', loseAnswers);
  await card(name)
    .getByRole('button', { name: `Buy ${name}` })
    .click();
  await card(name).getByText('you will not buy twice').waitFor();
  await expect.poll(() => keys.length, { timeout: 10_000 }).toBeGreaterThan(1);
  await page.unroute('**/orders', loseAnswers);
  page.on('request', (request) => {
    if (request.method() === 'POST') keys.push(request.headers()['idempotency-key']);
  });
  await page.reload();
  await card(name).getByText(`Confirmed: 1 × ${name} for €15.00.`).waitFor();
  expect(keys.length).toBeGreaterThan(2);
  expect(new Set(keys).size).toBe(1);
  expect(await readOrders(customer)).toHaveLength(1);
});

test('explains an API outage in a sentence, and retries on request', async () => {
  const name = fresh('Patient lamp');
  await putOnSale(name, 2_500, 4);
  const { page, card, signIn, screenshot } = await visitor();
  await signIn('emil');
  await card(name).getByText('About 4 of 4 left').waitFor();
  const down = (route: Route) => route.abort('connectionrefused');
  await page.route(/\/(orders|products)/, down);
  await card(name)
    .getByRole('button', { name: `Buy ${name}` })
    .click();
  await card(name).getByText('The shop cannot be reached.').waitFor();
  await screenshot('api-down');
  await page.unroute(/\/(orders|products)/, down);
  await card(name)
    .getByRole('button', { name: `Try again ${name}` })
    .click();
  await card(name).getByText(`Confirmed: 1 × ${name}`).waitFor();
});

test('says that the API is down when opened during an outage, and loads once it is back', async () => {
  const { page, screenshot } = await visitor();
  const down = (route: Route) => route.fulfill({ status: 503, body: '<h1>503</h1>', headers: { 'retry-after': '60' } });
  await page.route('**/products**', down);
  await page.reload();
  await page.locator('.products').getByText('The shop is very busy right now. We keep trying.').waitFor();
  await screenshot('opens-while-down');
  await page.unroute('**/products**', down);
  await page.getByRole('button', { name: 'Try now' }).first().click();
  await page.getByRole('heading', { name: 'Kettle' }).first().waitFor();
});

test('retries a busy API after its Retry-After', async () => {
  const name = fresh('Busy lamp');
  await putOnSale(name, 2_500, 4);
  const { page, card, signIn } = await visitor();
  await signIn('fred');
  const asked: number[] = [];
  await page.route('**/orders', (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    asked.push(performance.now());
    return asked.length > 1 ? route.fallback() : route.fulfill({ status: 429, headers: { 'retry-after': '3' } });
  });
  await card(name)
    .getByRole('button', { name: `Buy ${name}` })
    .click();
  await card(name).getByText('The shop is very busy right now. Retrying').waitFor();
  await card(name).getByText('Confirmed').waitFor();
  expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(2_900);
});

test('lets a customer sign in and buy by keyboard alone', async () => {
  const name = fresh('Key lamp');
  await putOnSale(name, 700, 2);
  const { page, card } = await visitor();
  await card(name).getByText('About 2 of 2 left').waitFor();
  await tabTo(page, `Sign in to buy ${name}`);
  expect(await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)).toBe('solid');
  await page.keyboard.press('Enter');
  await page.getByLabel('Customer name').waitFor();
  // The box is empty and has the focus.
  await page.keyboard.type('kim');
  await page.keyboard.press('Enter');
  const buy = card(name).getByRole('button', { name: `Buy ${name}` });
  await buy.waitFor();
  expect(await page.locator('.customer').textContent()).toBe('Signed in as kim');
  // The focus returns after signing in.
  await expect.poll(() => buy.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await card(name).getByText('Confirmed').waitFor();
});

async function tabTo(page: Page, label: string): Promise<void> {
  for (let steps = 0; steps < 200; steps++) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(() => document.activeElement?.textContent ?? '');
    if (text === label) return;
  }
  throw new Error(`pressing Tab never reaches '${label}'`);
}

const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [360, 1_280].map((width) => ({ colorScheme, width })),
);

test.each(looks)('has no axe violations: $colorScheme, $width px', async ({ colorScheme, width }) => {
  const { page, card, signIn, screenshot } = await visitor({ colorScheme, viewport: { width, height: 900 } });
  await page.locator('.age').first().waitFor();
  await screenshot(`${colorScheme}-${width}-visitor`);
  expect(await violations(page)).toEqual([]);
  await signIn(`gina-${colorScheme}-${width}`);
  await card('Kettle').getByRole('button').click();
  await card('Kettle').getByText('Confirmed').waitFor();
  await page.locator('.row').first().waitFor();
  await screenshot(`${colorScheme}-${width}-customer`);
  expect(await violations(page)).toEqual([]);
  await page.locator('.orders .link').first().click();
  expect(await violations(page)).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
});

test('has no axe violations on the sign-in page', async () => {
  const { page, screenshot } = await visitor();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('Customer name').waitFor();
  await screenshot('sign-in');
  expect(await violations(page)).toEqual([]);
});

test.each([360, 1_280])(
  'has a small first load without layout shifts or third-party requests: %d px',
  async (width) => {
    const { page, context, asked } = await visitor({ viewport: { width, height: 800 } });
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
    let bytes = 0;
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.reload();
    await page.locator('.age').first().waitFor();
    await page.waitForTimeout(1_500);
    process.stdout.write(`first load at ${width} px: ${(bytes / kib).toFixed(1)} KiB\n`);
    expect(bytes).toBeGreaterThan(5 * kib);
    expect(bytes).toBeLessThanOrEqual(60 * kib);
    expect(await layoutShifts(page)).toEqual([]);
    expect(asked.filter((address) => new URL(address).origin !== shopUrl)).toEqual([]);
  },
);
