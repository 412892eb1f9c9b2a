import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { project } from '../../../functions/contracts/project.ts';
import { findCollisions, longestWord } from '../../../scripts/fork/collisions.ts';
import { isForkMaker } from '../../../scripts/fork/drop.ts';
import { exceptions, joinedNames, keptFiles, lockFile, pinnedPaths } from '../../../scripts/fork/exceptions.ts';
import { toRename } from '../../../scripts/fork/rename.ts';
import { type Names, ownNames, toWord } from '../../../scripts/fork/words.ts';
import { partNames, parts } from '../../../scripts/parts/parts.ts';

const words = project.split('-');
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const toPascal = (all: readonly string[]) => all.map(capital).join('');

const root = join(import.meta.dirname, '../../..');
const answers: Names = {
  project: 'seat-box',
  order: toWord('booking'),
  sku: toWord('seat'),
  customer: toWord('person:people'),
};
const rename = toRename(answers);
const text = (from: string, path = 'a.ts') => rename(path, from).text;

test.each([
  ['order orders Order Orders ORDER ORDERS', 'booking bookings Booking Bookings BOOKING BOOKINGS'],
  ['ordersByCustomerIndex', 'bookingsByPersonIndex'],
  ['UNKNOWN_ORDER order-requests-dlq orderId', 'UNKNOWN_BOOKING booking-requests-dlq bookingId'],
  ['/orders/:orderId POST:/orders', '/bookings/:bookingId POST:/bookings'],
  ['productKeySku skus', 'productKeySeat seats'],
  ['An order; an `order`; a sku', 'A booking; a `booking`; a seat'],
  ["an order's customers", "a booking's people"],
  [`${project}-prod-orders ${toPascal(words)} ${words.join('')}`, 'seat-box-prod-bookings SeatBox seatbox'],
  [`${capital(words.join(' '))}, a ${words.join(' ')}`, 'Seat box, a seat box'],
  ['Queuesorderrequestsdlq confirmedordersRule', 'Queuesbookingrequestsdlq confirmedbookingsRule'],
  ["query.customerName = 'customers-1'", "query.personName = 'people-1'"],
])('renames %s', (from, to) => {
  expect(text(from)).toBe(to);
});

test.each([
  'border border-radius reorder recorder disorder unordered ordered orderly ordering',
  'query.orderBy(range.field); messageOrdering; orderingKey',
  'in order; in this order; In data-flow order; a byte order mark; out of order; in no particular order',
  ' * Steps run in\n * this order.',
  'see https://docs.aws.amazon.com/orders/customer.html',
  "skuName: 'standard', sku_name",
  'customErrorResponses CustomErrorResponse customized',
])('leaves %s', (same) => {
  expect(text(same)).toBe(same);
});

test('renames paths, folders and files', () => {
  expect(rename('storefront/src/orders/order-list.tsx', '').path).toBe('storefront/src/bookings/booking-list.tsx');
});

test('mends the article before a vowel', () => {
  const other = toRename({ ...ownNames, sku: toWord('item'), order: toWord('entry') });
  expect(other('a.md', 'A sku of a sku, an order').text).toBe('An item of an item, an entry');
});

test.each([
  ['booking', 'bookings'],
  ['entry', 'entries'],
  ['box', 'boxes'],
  ['day', 'days'],
  ['person:people', 'people'],
])('the plural of %s is %s', (word, plural) => {
  expect(toWord(word).plural).toBe(plural);
});

test('the same names leave every file as it is', () => {
  const same = toRename(ownNames);
  for (const path of ['functions/intake/place-order.ts', 'docs/architecture.md', 'test/unit/fork/rename.test.ts']) {
    const source = readFileSync(join(root, path), 'utf8');
    expect(same(path, source)).toEqual({ path, text: source });
  }
});

const isNested = (path: string) => path.includes('node_modules');
const sources = globSync(
  ['*.{md,json,ts,yaml}', '.github/**/*.yml', '{functions,stacks,scripts,examples,storefront,test,docs}/**/*.*'],
  { cwd: root, exclude: isNested },
)
  .filter((path) => /\.(ts|tsx|mjs|js|json|md|css|html|svg|yml|yaml|py|toml|txt|snap)$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

const oldWords = ['order', 'sku', 'customer'].flatMap((word) => [
  word,
  `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
]);
/** Finds words at their boundaries, also in camelCase; deliberately not by the renaming's own rule. */
const oldWord = new RegExp(
  `(?<![A-Za-z])(?:${oldWords.join('|')})s?(?![a-z])|(?:Order|Sku|Customer)s?(?![a-z])|(?<![A-Z])(?:ORDER|SKU|CUSTOMER)|[Ff]lash.?[Ss]ale`,
  'g',
);

test('no old word is left in a renamed file, except in the exceptions', { timeout: 60_000 }, () => {
  const left = sources
    .filter(({ path }) => !isForkMaker(path) && !lockFile.test(path) && !keptFiles.some(({ file }) => file.test(path)))
    .flatMap(({ path, text: source }) => {
      const renamed = rename(path, source);
      const due = exceptions.filter(({ files }) => files?.test(path) ?? true);
      const rest = due.reduce((all, { match }) => all.replaceAll(match, ''), renamed.text);
      return [...rest.matchAll(oldWord)].map(([word]) => `${renamed.path}: ${word}`);
    });
  expect(left).toEqual([]);
  expect(sources.length).toBeGreaterThan(500);
});

test('each exception, joined name and pinned path is needed', (context) => {
  const leftOut = partNames.filter((name) => !existsSync(join(root, parts[name].paths[0])));
  context.skip(leftOut.length > 0, `the project is without ${leftOut.join(', ')}, where some of them may be needed`);
  const all = sources
    .filter(({ path }) => !isForkMaker(path))
    .map(({ text: source }) => source)
    .join('\n');
  expect(exceptions.filter(({ match }) => all.match(match) === null)).toEqual([]);
  expect(joinedNames.filter((name) => !all.includes(name))).toEqual([]);
  const pinned = toRename({ ...ownNames, order: toWord('x') });
  expect(pinnedPaths.every((path) => path.startsWith('Customers') || pinned('', path).text !== path)).toBe(true);
});

const refusals: readonly [Partial<Names>, RegExp][] = [
  [{ project: 'Seat Box' }, /^--name: must be lower-case/],
  [{ order: toWord('class') }, /^--order is 'class' is a keyword/],
  [{ order: toWord('event') }, /^--order is 'event' is a global name/],
  [{ sku: toWord('Seat') }, /^--sku is 'Seat' must be one word of the letters a to z/],
  [{ sku: toWord('seat-row') }, /one word/],
  [{ order: toWord('x'.repeat(longestWord + 1)) }, /must have 2 to 9 letters, has 10/],
  [{ order: toWord('seat'), sku: toWord('seat') }, /'seat' stands for two things/],
  [{ order: toWord('fish:fish') }, /'fish' stands for two things/],
  [{ order: toWord('customer') }, /stands for two things/],
  [{ order: toWord('product') }, /'order' would become 'product', which the code has already: \S+:\d+/],
  [{ sku: toWord('partner') }, /would become 'partner'/],
];

test.each(refusals)('refuses %j', (names, reason) => {
  expect(findCollisions({ ...ownNames, ...names }, sources).join('\n')).toMatch(reason);
});

test('takes words that the code does not have', () => {
  expect(findCollisions({ ...answers, customer: ownNames.customer }, sources)).toEqual([]);
});
