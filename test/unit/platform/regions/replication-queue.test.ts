import { describe, expect, it } from 'vitest';
import { ReplicationQueue, type Write } from '../../../../scripts/platform/regions/replication-queue.ts';

const lag = { minMs: 200, maxMs: 1_500 };

const write = (pk: string, sequence: number, state: string | undefined = `${sequence}`): Write => ({
  table: 'orders',
  key: { pk: { S: pk } },
  item: state === undefined ? undefined : { pk: { S: pk }, state: { S: state } },
  sequence: BigInt(sequence),
});

const deleted = (pk: string, sequence: number): Write => ({ ...write(pk, sequence), item: undefined });

/** Values of a replica after all the batches, by key. */
function replay(batches: readonly (readonly Write[])[]): Map<string, string | undefined> {
  const rows = new Map<string, string | undefined>();
  for (const { key, item } of batches.flat()) rows.set(key.pk?.S ?? '', item?.state?.S);
  return rows;
}

describe('a queue of replication', () => {
  it('holds each write for its own time within the lag', () => {
    const queue = new ReplicationQueue(lag, 1);
    for (let index = 0; index < 100; index++) queue.add(write(`${index}`, index), 0);
    expect(queue.take(199)).toEqual([]);
    const early = queue.take(800).length;
    expect(early).toBeGreaterThan(10);
    expect(early).toBeLessThan(90);
    expect(early + queue.take(1_500).length).toBe(100);
    expect(queue.length).toBe(0);
  });

  it('draws the same times from the same seed, and others from another', () => {
    const due = (seed: number) => {
      const queue = new ReplicationQueue(lag, seed);
      for (let index = 0; index < 50; index++) queue.add(write(`${index}`, index), 0);
      return queue.take(700).map(({ sequence }) => sequence);
    };
    expect(due(7)).toEqual(due(7));
    expect(due(7)).not.toEqual(due(8));
  });

  it('lets the last write to an item win, although earlier ones arrive later', () => {
    for (let seed = 0; seed < 50; seed++) {
      const queue = new ReplicationQueue(lag, seed);
      for (let sequence = 1; sequence <= 5; sequence++) queue.add(write('a', sequence), sequence * 10);
      const batches = Array.from({ length: 40 }, (_, step) => queue.take(step * 50));
      const sequences = batches.flat().map((one) => Number(one.sequence));
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
      expect(replay(batches)).toEqual(new Map([['a', '5']]));
    }
  });

  it('does not bring back an item that was deleted', () => {
    for (let seed = 0; seed < 50; seed++) {
      const queue = new ReplicationQueue(lag, seed);
      queue.add(write('a', 1), 0);
      queue.add(deleted('a', 2), 10);
      const batches = Array.from({ length: 40 }, (_, step) => queue.take(step * 50));
      expect(replay(batches)).toEqual(new Map([['a', undefined]]));
    }
  });

  it('keeps items of the same key in different tables apart', () => {
    const queue = new ReplicationQueue({ minMs: 0, maxMs: 0 }, 1);
    queue.add(write('a', 2), 0);
    queue.add({ ...write('a', 1), table: 'views' }, 0);
    expect(queue.take(0)).toHaveLength(2);
  });

  it('sends writes again that did not arrive', () => {
    const queue = new ReplicationQueue({ minMs: 0, maxMs: 0 }, 1);
    queue.add(write('a', 1), 0);
    const failed = queue.take(0);
    queue.giveBack(failed, 1);
    expect(queue.take(1)).toEqual(failed);
  });

  it('sends no older write after one that did not arrive', () => {
    const queue = new ReplicationQueue({ minMs: 0, maxMs: 0 }, 1);
    queue.add(write('a', 1), 0);
    const failed = queue.take(0);
    queue.add(write('a', 2), 1);
    queue.giveBack(failed, 1);
    expect(replay([queue.take(1), queue.take(2)])).toEqual(new Map([['a', '2']]));
  });

  it('loses unsent writes with its region', () => {
    const queue = new ReplicationQueue(lag, 1);
    queue.add(write('a', 1), 0);
    queue.take(2_000);
    queue.add(write('b', 2), 2_000);
    queue.add(write('c', 3), 2_000);
    expect(queue.discard().map(({ key }) => key.pk?.S)).toEqual(['b', 'c']);
    expect(queue.take(10_000)).toEqual([]);
  });
});
