import { describe, expect, it } from 'vitest';
import { accountForLoss, type Remains } from '../../../../../scripts/lab/drill/region/account.ts';
import type { BookEntry, StoredOrder } from '../../../../../scripts/sale/check/snapshot.ts';
import { home, other } from './scene.ts';

const order = (orderId: string, state: StoredOrder['state']) =>
  ({ orderId, state, sku: 'lamp', quantity: 1 }) as StoredOrder;
const shipped = (orderId: string): BookEntry => ({ orderId, sku: 'lamp', quantity: 1, state: 'accepted' });
const moved = (id: string, from: string, quantity: number) => ({
  ...{
    id,
    sku: 'lamp',
    from,
    to: from === home ? other : home,
    quantity,
    shardCount: 1,
    at: '2026-11-27T09:00:00.000Z',
  },
});
const at = (orderId: string) => ({ orderId, acceptedAt: '2026-11-27T09:00:00.000Z' });

const remains: Remains = {
  lost: home,
  accepted: ['safe', 'late', 'gone', 'again'].map(at),
  replica: [order('safe', 'FULFILLED'), order('late', 'CONFIRMED'), order('asked', 'PENDING')],
  survivor: {
    orders: [order('again', 'FULFILLED'), order('own', 'FULFILLED')],
    products: [{ sku: 'lamp', supplied: 20 } as Remains['survivor']['products'][number]],
    transfers: { sent: [moved('back', other, 2)], received: [moved('out', home, 9)], open: [] },
  },
  wasHome: true,
  book: ['safe', 'again', 'own', 'gone'].map(shipped),
};

describe('the account of a lost region', () => {
  it('names lost orders, orders made again, and orders that no worker continues', () => {
    const { gone, madeAgain, unfinished, finished } = accountForLoss(remains);
    expect(gone.map(({ orderId }) => orderId)).toEqual(['gone', 'again']);
    expect([...madeAgain]).toEqual(['again']);
    expect(unfinished.map(({ orderId }) => orderId)).toEqual(['late', 'asked']);
    expect(finished).toBe(1);
  });

  it('knows from the partner which orders shipped although no store says so', () => {
    expect([...accountForLoss(remains).shipped]).toEqual(['gone', 'again']);
    const book = [...remains.book, shipped('late')];
    expect([...accountForLoss({ ...remains, book }).shipped]).toEqual(['gone', 'again', 'late']);
  });

  it('counts the units that the region had by supplies and transfers, and those that it is known to have sold', () => {
    // 20 supplied, 9 lent, 2 come back; `safe`, `late` and the shipped `gone` are sold.
    expect(accountForLoss(remains).stock).toEqual([{ sku: 'lamp', had: 13, sold: 3 }]);
    expect(accountForLoss({ ...remains, wasHome: false }).stock).toMatchObject([{ had: -7 }]);
    const pending = [...remains.book, shipped('asked')];
    expect(accountForLoss({ ...remains, book: pending }).stock).toMatchObject([{ sold: 4 }]);
  });

  it('finds keys with a live order in both regions, and leaves out those that are dead in one', () => {
    const both = (state: StoredOrder['state']) => ({ ...remains.survivor, orders: [order('late', state)] });
    expect(accountForLoss({ ...remains, survivor: both('CONFIRMED') }).doubled).toEqual(['late']);
    expect(accountForLoss({ ...remains, survivor: both('REJECTED') }).doubled).toEqual([]);
  });
});
