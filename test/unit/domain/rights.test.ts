import fc from 'fast-check';
import { expect, test } from 'vitest';
import { confiscateRights, grantRights, receiveRights, sell, sendRights } from '../../../functions/domain/rights.ts';

const transfer = { id: 'top-up-1', from: 'dublin', to: 'oregon', quantity: 3 };

test('sells what is there, and no more', () => {
  const sale = sell(grantRights(2), 2, 1);
  expect(sale).toMatchObject({ kind: 'sold', rights: { left: 0, sold: 2 } });
  expect(sell(grantRights(2), 3, 1)).toEqual({ kind: 'short' });
});

test('sends and receives a transfer once, however often it is told', () => {
  const sent = sendRights(grantRights(10), transfer);
  expect(sendRights(sent, transfer)).toBe(sent);
  const received = receiveRights(grantRights(0), transfer);
  expect(receiveRights(received, transfer)).toBe(received);
  expect([sent.left, received.left]).toEqual([7, 3]);
});

test('sends nothing that it does not have', () => {
  const rights = grantRights(2);
  expect(sendRights(rights, transfer)).toBe(rights);
});

test('after a confiscation nobody sells by what he knew before', () => {
  const closed = confiscateRights(grantRights(5), { id: 'c-1', from: 'dublin', to: 'oregon' });
  expect(closed).toMatchObject({ left: 0, epoch: 2, sent: [{ quantity: 5 }] });
  expect(sell(closed, 1, 1)).toEqual({ kind: 'closed' });
  expect(confiscateRights(closed, { id: 'c-1', from: 'dublin', to: 'oregon' })).toBe(closed);
});

test('no step makes or loses a unit', () => {
  const step = fc.record({ quantity: fc.integer({ min: 1, max: 9 }), id: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let here = grantRights(20);
      for (const { id, quantity } of steps) here = sendRights(here, { ...transfer, id, quantity });
      const there = here.sent.reduce(receiveRights, grantRights(0));
      expect(here.left + there.left).toBe(20);
    }),
  );
});
