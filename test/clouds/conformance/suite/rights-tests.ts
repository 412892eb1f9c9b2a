import { expect, test } from 'vitest';
import { confiscateUnits, grantUnits, sellUnits, sendUnits, takeUnits } from '../../../../functions/escrow/escrow.ts';
import type { RightsStore } from '../../../../functions/escrow/ports.ts';
import { noRights, type Rights } from '../../../../functions/escrow/rights.ts';
import { found, freshSku, repeated, type System } from './system.ts';

const transfer = { id: 'transfer-1', from: 'here', to: 'there' };

/** For backends that keep a site's stock rights. */
export function rightsTests(system: () => System): void {
  const store = (): RightsStore => found(system().ports.rights);
  const ports = () => ({ ...system().ports, rights: store() });
  const grant = async (units: number) => {
    const sku = freshSku();
    await grantUnits({ sku, key: 'first', units }, ports());
    return sku;
  };
  const readRights = async (sku: string): Promise<Rights> => (await store().find(sku))?.rights ?? noRights;

  test('writes rights once per name, and only over the version that was read', async () => {
    const sku = freshSku();
    const rights = { ...noRights, left: 3 };
    expect(await store().find(sku)).toBeUndefined();
    expect(await store().make(sku, 'first', undefined, rights)).toBe(true);
    expect(await store().make(sku, 'second', undefined, rights)).toBe(false);
    const read = await store().find(sku);
    expect(read?.rights).toEqual(rights);
    expect(await store().make(sku, 'first', read, { ...rights, left: 9 })).toBe(false);
    expect(await store().make(sku, 'second', read, { ...rights, left: 2 })).toBe(true);
    expect(await store().make(sku, 'third', read, { ...rights, left: 7 })).toBe(false);
    expect((await readRights(sku)).left).toBe(2);
    expect([await store().wasMade(sku, 'second'), await store().wasMade(sku, 'third')]).toEqual([true, false]);
  });

  test('sells no more than a site holds, and each order once, under concurrent requests', async () => {
    const sku = await grant(3);
    const sell = (orderId: string) => sellUnits({ sku, orderId, quantity: 1, epoch: 1 }, ports());
    const orders = ['a', 'b', 'c', 'd', 'e', 'a', 'b'];
    await Promise.all(orders.map((orderId) => repeated(() => sell(orderId))));
    expect(await readRights(sku)).toMatchObject({ left: 0, sold: 3 });
    const again = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((orderId) => repeated(() => sell(orderId))));
    expect(again.filter((outcome) => outcome === 'made')).toHaveLength(3);
    expect(await readRights(sku)).toMatchObject({ left: 0, sold: 3 });
  }, 30_000);

  test('moves units between sites once, however often the transfer is requested and received', async () => {
    const [from, to] = [await grant(8), await grant(0)];
    const request = { ...transfer, sku: from, wanted: 1 };
    const [sent] = await Promise.all([1, 2, 3].map(() => repeated(() => sendUnits(request, ports()))));
    expect(sent).toEqual({ ...transfer, sku: from, quantity: 4 });
    if (!sent) throw new Error('eight units were there');
    await Promise.all([1, 2, 3].map(() => repeated(() => takeUnits({ ...sent, sku: to }, ports()))));
    expect([(await readRights(from)).left, (await readRights(to)).left]).toEqual([4, 4]);
  }, 30_000);

  test('confiscates all units with a new epoch, and rejects sales of the old one', async () => {
    const sku = await grant(5);
    expect(await confiscateUnits({ ...transfer, sku }, ports())).toMatchObject({ quantity: 5 });
    expect(await sellUnits({ sku, orderId: 'late', quantity: 1, epoch: 1 }, ports())).toBe('closed');
    expect(await readRights(sku)).toMatchObject({ epoch: 2, left: 0, sold: 0 });
  });
}
