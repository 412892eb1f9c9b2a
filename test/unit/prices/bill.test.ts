import { expect, test } from 'vitest';
import { awsPrices, awsRegions } from '../../../scripts/prices/aws/prices.ts';
import { azurePrices, toConsumptionGbSeconds, toFlexGbSeconds, toGbSeconds } from '../../../scripts/prices/azure.ts';
import { bill, costOf, perThousand } from '../../../scripts/prices/bill.ts';
import { googlePrices } from '../../../scripts/prices/google.ts';
import { multiply, sumMoney, toCents, toUsd } from '../../../scripts/prices/money.ts';
import { flat, type Price, steps, unread } from '../../../scripts/prices/price.ts';

const inHome = { region: 'us-east-1' };
const million = 1_000_000;

test.each([
  [1, '0.005', '0.01'],
  [1, '0.004999999', '0.00'],
  [0.1 + 0.2, '1', '0.30'],
  [3, '0.0000000001', '0.00'],
  [9_000_000_000_000, '1', '9000000000000.00'],
])('%d times $%s is $%s, rounded once and half up', (quantity, usd, cents) => {
  expect(toCents(multiply(quantity, usd))).toBe(cents);
});

test('a thousand amounts of a tenth of a cent make a dollar, which floating point misses', () => {
  const amounts = Array.from({ length: 1_000 }, () => multiply(1, '0.001'));
  expect(toUsd(sumMoney(amounts))).toBe(1);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the quantity %d', (quantity) => {
  expect(() => multiply(quantity, '1')).toThrow(`a quantity of ${quantity}`);
});

test('refuses a price that is no decimal, and says how to write one', () => {
  expect(() => multiply(1, '1e-7')).toThrow("'1e-7' is not a price");
});

test('volume steps are charged each at its own price', () => {
  const price: Price = {
    ...{ service: 'S', item: 'i', unit: 'u', per: 10, free: 0, fixed: false, source: unread('page') },
    usd: { '*': steps([100, '3'], [50, '2'], [Number.POSITIVE_INFINITY, '1']) },
  };
  const cents = [0, 100, 149, 150, 250].map((quantity) => toCents(costOf(price, quantity, 'anywhere')));
  expect(cents).toEqual(['0.00', '30.00', '39.80', '40.00', '50.00']);
});

test('separates the costs that remain without sales', () => {
  const { fixed, variable, total } = bill({ 'waf.acl': 1, 'waf.requests': million }, awsPrices, inHome);
  expect([fixed, variable, total].map(toCents)).toEqual(['5.00', '0.60', '5.60']);
});

test('subtracts the free tier only when asked, and never below zero', () => {
  const use = { 'lambda.requests': 3 * million, 'logs.stored': 1 };
  expect(toCents(bill(use, awsPrices, inHome).total)).toBe('0.63');
  expect(toCents(bill(use, awsPrices, { ...inHome, freeTier: true }).total)).toBe('0.40');
});

test('divides variable costs by orders', () => {
  expect(toCents(perThousand(multiply(12, '1'), 40_000))).toBe('0.30');
  expect(() => perThousand(1n, 0)).toThrow('0 orders');
});

test('names a region without a price, and a quantity without one', () => {
  const use = { 'dynamodb.writes': 1 };
  expect(() => bill(use, awsPrices, { region: 'mars-1' })).toThrow(
    "no price of DynamoDB write request units in 'mars-1'; there is one in us-east-1, eu-central-1",
  );
  const other = { 'dynamodb.thoughts': 1 } as object;
  expect(() => bill(other, awsPrices, inHome)).toThrow("no price 'dynamodb.thoughts'");
});

const every: readonly Price[] = [awsPrices, azurePrices, googlePrices].flatMap((prices) => Object.values(prices));

test('every price has a last step without an end, a source, and a month unless it is marked as unread', () => {
  const bad = every.filter(
    ({ usd, source, per }) =>
      Object.values(usd).some((all) => all.at(-1)?.first !== Number.POSITIVE_INFINITY) ||
      !source.source.startsWith('https://') ||
      (source.read === null) !== (source.mark === 'guessed') ||
      per < 1,
  );
  expect(bad).toEqual([]);
});

test.each(awsRegions)('every price of AWS is known in %s', (region) => {
  for (const price of Object.values(awsPrices)) expect(costOf(price, 1_001, region)).toBeGreaterThan(0n);
});

test('a line says where the price of its region comes from', () => {
  const [line] = bill({ 'dynamodb.writes': 1 }, awsPrices, { region: 'eu-central-1' }).lines;
  expect(line?.source.mark).toBe('guessed');
});

test('Azure counts memory times time, with minimums by plan', () => {
  expect(toGbSeconds(1_110_000_000)).toBeCloseTo(1_083.98, 2);
  expect(toConsumptionGbSeconds(1, 250, 200)).toBe(0.0625);
  expect(toFlexGbSeconds(1, 20, 2_048)).toBe(2);
  expect(toFlexGbSeconds(1, 1_020, 2_048)).toBe(2.2);
});

test('a price of zero is a step, not a missing price', () => {
  expect(flat('0')).toEqual([{ first: Number.POSITIVE_INFINITY, usd: '0' }]);
});
