import { expect, test } from 'vitest';
import { toQuery } from '../../../functions/contracts/http-event.ts';

test.each([
  ['', {}],
  ['limit=1', { limit: '1' }],
  ['limit=1&limit=2', { limit: '1,2' }],
  ['limit=&limit=', { limit: ',' }],
  ['LIMIT=1&limit=2', { LIMIT: '1', limit: '2' }],
  ['limit=%31&cursor=a%20b', { limit: '1', cursor: 'a b' }],
])('reads the query %j with both values of a parameter that occurs twice', (text, query) => {
  expect(toQuery(new URLSearchParams(text))).toEqual(query);
});

test('a parameter cannot change the prototype', () => {
  expect(Object.getPrototypeOf(toQuery(new URLSearchParams('__proto__=1')))).toBe(Object.prototype);
});
