import { describe, expect, it } from 'vitest';
import { checkInvariants } from '../../../../scripts/sale/check/invariants.ts';
import { onlyProducts } from '../../../../scripts/sale/check/snapshot.ts';
import { readRows, type TableRow } from '../../../../scripts/sale/check/table-rows.ts';

const transfer = { v: 1, id: 'one', sku: 'lamp', quantity: 3, shardCount: 2, at: '2026-11-27T09:00:00.000Z' };
const out = { ...transfer, from: 'eu-west-1', to: 'eu-central-1' };

/** A region that was supplied with nothing, and got three units from another. */
const borrowed: readonly TableRow[] = [
  { pk: 'STOCK#lamp#0', left: 2, allocated: 2 },
  { pk: 'STOCK#lamp#1', left: 1, allocated: 1 },
  { pk: 'RECEIVED#lamp#one', ...out },
];

const read = (stockRows: readonly TableRow[]) => {
  const product = { pk: 'PRODUCT#lamp', v: 1, sku: 'lamp', name: 'Lamp', unitPrice: 1, currency: 'EUR', shardCount: 2 };
  const products = [{ ...product, supplied: 9, version: 1, changedAt: transfer.at }];
  return { ...readRows({ orderRows: [], stockRows, products, viewRows: [] }), deadLetters: [] };
};

const clients = { accepted: [], foreignAttempts: 0, foreignAnswers: [] };
const violations = (rows: readonly TableRow[], id: string, snapshot = read(rows)) =>
  checkInvariants({ ...snapshot, suppliedElsewhere: true }, clients).find((one) => one.id === id)?.violations;

describe('units that came from another region', () => {
  it('are those of the region, without a supply of its own', () => {
    expect(violations(borrowed, 'I4')).toEqual([]);
    expect(violations(borrowed, 'I10')).toEqual([]);
  });

  it('are leaked in the home region, which has a record of each supply', () => {
    const verdict = checkInvariants(read(borrowed), clients).find(({ id }) => id === 'I4');
    expect(verdict?.violations).toEqual(['lamp: 9 supplied, 0 on shards, 0 on record']);
  });

  it.each<[string, readonly TableRow[]]>([
    ['a unit more', [{ pk: 'STOCK#lamp#0', left: 3, allocated: 3 }, ...borrowed.slice(1)]],
    ['no record of the transfer', borrowed.slice(0, 2)],
    ['a second record', [...borrowed, { pk: 'RECEIVED#lamp#two', ...out, id: 'two' }]],
    ['a record that the same units left', [...borrowed, { pk: 'TRANSFER#lamp#two', ...out, id: 'two' }]],
    [
      'a supply of its own',
      [...borrowed, { pk: 'SUPPLY#lamp#key-0001', v: 1, sku: 'lamp', key: 'key-0001', quantity: 3, at: transfer.at }],
    ],
  ])('break I4 with %s', (_what, rows) => expect(violations(rows, 'I4')).not.toEqual([]));

  it.each<[string, TableRow]>([
    ['under the key of another', { pk: 'RECEIVED#lamp#other', ...out }],
    ['without a quantity', { pk: 'TRANSFER#lamp#one', ...out, quantity: 0 }],
    ['in a list that names no transfer', { pk: 'TRANSIT#eu-central-1', open: new Set(['lamp']) }],
  ])('break I10 %s', (_what, row) => expect(violations([...borrowed, row], 'I10')).not.toEqual([]));
});

describe('units that left for another region', () => {
  const lent: readonly TableRow[] = [
    { pk: 'STOCK#lamp#0', left: 1, allocated: 1 },
    { pk: 'STOCK#lamp#1', left: 5, allocated: 5 },
    { pk: 'SUPPLY#lamp#key-00000001', v: 1, sku: 'lamp', key: 'key-00000001', quantity: 9, at: transfer.at },
    { pk: 'TRANSFER#lamp#one', ...out },
    { pk: 'TRANSIT#eu-central-1', open: new Set(['lamp#one']) },
  ];
  const wrong = (rows: readonly TableRow[]) =>
    checkInvariants(read(rows), clients).find(({ id }) => id === 'I4')?.violations;

  it('are not those of the region any more, from whichever shards they went', () => {
    expect(wrong(lent)).toEqual([]);
    expect(wrong(lent.slice(0, 4))).toEqual([]);
  });

  it.each<[string, readonly TableRow[]]>([
    ['they are still on a shard', [{ pk: 'STOCK#lamp#0', left: 4, allocated: 4 }, ...lent.slice(1)]],
    ['nothing tells that they left', [...lent.slice(0, 3), ...lent.slice(4)]],
    [
      'their transfer is open to another region',
      [...lent.slice(0, 4), { pk: 'TRANSIT#us-east-1', open: new Set(['lamp#one']) }],
    ],
    ['they went to the region itself', [...lent.slice(0, 3), { pk: 'TRANSFER#lamp#one', ...out, to: 'eu-west-1' }]],
  ])('break I4 when %s', (_what, rows) => expect(wrong(rows)).not.toEqual([]));

  it('belong to their product', () => {
    const { transfers } = onlyProducts(read(lent), new Set(['vase']));
    expect(transfers).toEqual({ sent: [], received: [], open: [] });
  });
});
