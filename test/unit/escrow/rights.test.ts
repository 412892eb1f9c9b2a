import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addRights, confiscateRights, noRights, sell, sendRights } from '../../../functions/escrow/rights.ts';

const transfer = { id: 'top-up-1', sku: 'lamp', from: 'dublin', to: 'oregon' };
const rightsOf = (units: number) => addRights(noRights, units);

test('sells only what is left', () => {
  expect(sell(rightsOf(2), 2, 1)).toMatchObject({ left: 0, sold: 2 });
  expect(sell(rightsOf(2), 3, 1)).toBe('insufficient stock');
});

test.each([
  { left: 9, wanted: 2, quantity: 5 },
  { left: 9, wanted: 7, quantity: 7 },
  { left: 3, wanted: 7, quantity: 3 },
  { left: 1, wanted: 1, quantity: 1 },
])('sends $quantity of $left units when $wanted are wanted', ({ left, wanted, quantity }) => {
  const sent = sendRights(rightsOf(left), transfer, wanted);
  expect(sent).toMatchObject({ left: left - quantity, sent: [{ ...transfer, quantity }] });
});

test('sends nothing when nothing is left', () => {
  expect(sendRights(rightsOf(0), transfer, 1)).toBe('none');
});

test('rejects a sale in an older epoch after a confiscation', () => {
  const closed = confiscateRights(rightsOf(5), transfer);
  expect(closed).toMatchObject({ left: 0, epoch: 2, sent: [{ quantity: 5 }] });
  expect(sell(addRights(closed, 5), 1, 1)).toBe('closed');
  expect(confiscateRights(rightsOf(0), transfer)).toMatchObject({ epoch: 2, sent: [] });
});

test('neither creates nor loses a unit in any step', () => {
  const step = fc.record({
    quantity: fc.integer({ min: 1, max: 9 }),
    kind: fc.constantFrom('sell', 'send', 'confiscate'),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let here = rightsOf(20);
      for (const { kind, quantity } of steps) {
        const after =
          kind === 'sell'
            ? sell(here, quantity, here.epoch)
            : kind === 'send'
              ? sendRights(here, transfer, quantity)
              : confiscateRights(here, transfer);
        if (typeof after !== 'string') here = after;
      }
      const sent = here.sent.reduce((units, { quantity }) => units + quantity, 0);
      expect(here.left + here.sold + sent).toBe(20);
    }),
  );
});
