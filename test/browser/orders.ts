import type { Page, Route } from 'playwright-core';
import { expect, test } from 'vitest';
import type { OrderResource } from '../../functions/contracts/http.ts';
import { isCancellable, type OrderState, transitions } from '../../functions/domain/order-states.ts';
import { ShopClient } from '../../scripts/sale/client.ts';
import { stateWords } from '../../storefront/src/orders/order-text.ts';
import { freshKey, platform, tokenOf } from '../support/deployed.ts';
import { fresh, visitor } from './support/browser.ts';
import { putOnSale } from './support/on-sale.ts';

const api = new ShopClient(platform.apiUrl);

test('cancels an own order after confirmation', async () => {
  const name = fresh('Regretted lamp');
  await putOnSale(name, 1_000, 3);
  const { page, card, signIn, screenshot } = await visitor();
  await signIn('carla');
  await card(name)
    .getByRole('button', { name: `Buy ${name}` })
    .click();
  await card(name).getByText('Confirmed').waitFor();
  await page.getByRole('button', { name: `Cancel the order of 1 × ${name}` }).click();
  await screenshot('cancel');
  await page.getByRole('button', { name: 'Cancel the order', exact: true }).click();
  await page.locator('.row .pill.cancelled').waitFor();
  await card(name).getByText('About 3 of 3 left').waitFor();
});

test('follows an order until it is sent, and says when it is too late to cancel', async () => {
  const [followed, unread] = [fresh('Followed lamp'), fresh('Unread lamp')];
  await putOnSale(followed, 1_000, 3);
  await putOnSale(unread, 1_000, 3);
  const { page, card, signIn, screenshot } = await visitor();
  await signIn('hanna');
  const row = (name: string) => page.locator('.row', { hasText: name });
  const cancel = (name: string) => row(name).getByRole('button');
  const buy = (name: string) =>
    card(name)
      .getByRole('button', { name: `Buy ${name}` })
      .click();
  await buy(unread);
  await card(unread).getByText('Confirmed').waitFor();
  await keepAsConfirmed(page, await deriveOrderId('hanna', unread));
  await buy(followed);
  await card(followed).getByText('Confirmed').waitFor();
  // As after a restart of the browser: only the list is known.
  await page.reload();
  await cancel(followed).click();
  await page.getByRole('dialog').getByText(`Sent: 1 × ${followed} for €10.00.`).waitFor();
  await page.getByRole('dialog').getByText('This order can no longer be cancelled.').waitFor();
  await screenshot('cancel-too-late');
  await page.getByRole('button', { name: 'Close' }).click();
  await row(followed).locator('.pill.fulfilled').getByText('Sent').waitFor();
  expect(await cancel(followed).count()).toBe(0);
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Your orders');

  await expect.poll(async () => (await find('hanna', unread))?.state).toBe('FULFILLED');
  await cancel(unread).click();
  await page.getByRole('button', { name: 'Cancel the order', exact: true }).click();
  await page.getByRole('dialog').getByText(`Sent: 1 × ${unread}`).waitFor();
  await page.getByRole('dialog').getByText('This order can no longer be cancelled.').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await row(unread).locator('.pill.fulfilled').waitFor();
  expect(await cancel(unread).count()).toBe(0);
});

async function find(customer: string, name: string): Promise<OrderResource | undefined> {
  const token = await tokenOf(customer);
  const { body } = await api.call<{ items: OrderResource[] }>({ method: 'GET', path: '/orders', token });
  return body.items.find(({ sku }) => sku.startsWith(name.toLowerCase().replaceAll(' ', '-')));
}

const deriveOrderId = async (customer: string, name: string) => (await find(customer, name))?.orderId ?? '';

/** The page sees the order as confirmed until it tries to cancel it. */
async function keepAsConfirmed(page: Page, orderId: string): Promise<void> {
  const old = (order: OrderResource) =>
    order.orderId === orderId ? { ...order, state: 'CONFIRMED', version: 2 } : order;
  const answer = async (route: Route) => {
    const method = route.request().method();
    if (method === 'DELETE') await page.unroute('**/orders{,/*}', answer);
    if (method !== 'GET') return route.fallback();
    const response = await route.fetch();
    const body = await response.json();
    await route.fulfill({ response, json: body.items ? { ...body, items: body.items.map(old) } : old(body) });
  };
  await page.route('**/orders{,/*}', answer);
}

test('shows an order from another tab when the visitor returns', async () => {
  const name = fresh('Second lamp');
  const sku = await putOnSale(name, 1_000, 3);
  const { page, signIn } = await visitor();
  await signIn('jo');
  await page.locator('.orders .nothing').getByText('None yet.').waitFor();
  await api.placeOrder(await tokenOf('jo'), freshKey(), { sku, quantity: 1 });
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.locator('.row', { hasText: name }).locator('.pill.confirmed').waitFor();
});

test('shows each state on every path of an order, and Cancel only where it is allowed', async () => {
  const ways = waysFrom('PENDING');
  const reads = ways.map(() => 0);
  const order = (way: number, step: number) => {
    const state = ways[way]?.[step] ?? ways[way]?.at(-1);
    const quantity = way + 1;
    const at = '2030-01-01T00:00:00.000Z';
    const price = { unitPrice: 1, total: quantity, currency: 'EUR', acceptedAt: at, changedAt: at };
    return { orderId: `way-${way}`, sku: 'lamp', quantity, ...price, state, version: step + 1 };
  };
  const { page, signIn } = await visitor();
  await page.addInitScript(watchRows);
  await page.route('**/orders', (route) => route.fulfill({ json: { items: ways.map((_, way) => order(way, 0)) } }));
  await page.route('**/orders/way-*', (route) => {
    const way = Number(route.request().url().split('-').at(-1));
    const read = reads[way] ?? 0;
    reads[way] = read + 1;
    // The first read of each order fails.
    if (read === 0) return route.fulfill({ status: 503, headers: { 'retry-after': '1' } });
    return route.fulfill({ json: order(way, read) });
  });
  await signIn('ina');
  for (const [way, states] of ways.entries()) {
    const quantity = way + 1;
    const expected = states.map(
      (state) => `${quantity}: ${stateWords[state]}${isCancellable(state) ? ', Cancel' : ''}`,
    );
    await expect
      .poll(() => page.evaluate((of) => globalThis.rows.filter((row) => row.startsWith(of)), `${quantity}:`))
      .toEqual(expected);
  }
  const before = [...reads];
  expect(before).toEqual(ways.map(({ length }) => length));
  // Final orders are not read again.
  await page.waitForTimeout(1_200);
  expect(reads).toEqual(before);
});

/** Every path from the state to a final one. */
function waysFrom(state: OrderState): OrderState[][] {
  const next = Object.values(transitions).filter(({ from }) => (from as readonly OrderState[]).includes(state));
  return next.length === 0 ? [[state]] : next.flatMap(({ to }) => waysFrom(to).map((rest) => [state, ...rest]));
}

declare global {
  var rows: string[];
}

/** Runs in the page. Records each change of an order's row: its quantity, its state, and Cancel if it is offered. */
function watchRows(): void {
  globalThis.rows = [];
  const last = new Map<string, string>();
  const look = () => {
    for (const row of document.querySelectorAll('.row')) {
      const quantity = Number.parseInt(row.querySelector('.what')?.textContent ?? '', 10);
      const cancel = row.querySelector('button') ? ', Cancel' : '';
      const text = `${quantity}: ${row.querySelector('.pill')?.textContent}${cancel}`;
      if (last.get(String(quantity)) !== text) globalThis.rows.push(text);
      last.set(String(quantity), text);
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
}
