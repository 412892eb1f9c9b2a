import { describe, expect, it } from 'vitest';
import { acceptedWaits, type Visit, visit } from '../../../../scripts/lab/drill/customers.ts';
import type { DrillResult } from '../../../../scripts/lab/drill/drill.ts';
import { pace } from '../../../../scripts/lab/drill/pace.ts';
import { findPeak } from '../../../../scripts/lab/drill/peak.ts';
import { drillReport } from '../../../../scripts/lab/drill/report.ts';
import { type DrillRecord, judgeDrill } from '../../../../scripts/lab/drill/sale.ts';
import { reportPage } from '../../../../scripts/report/report-page.ts';
import { ShopClient } from '../../../../scripts/sale/client.ts';
import { placing, snapshot } from '../../../support/sales/sample-sale.ts';
import { deferred, stubEngine } from '../../platform/stub.ts';

describe('pace', () => {
  it('starts tasks at its rate even when none finishes', async () => {
    const gate = deferred();
    const planned: number[] = [];
    let over = false;
    const all = pace(
      100,
      (seconds) => seconds < 0.2,
      async (_, at) => {
        planned.push(at);
        await gate.promise;
      },
    ).then(() => {
      over = true;
    });
    await expect.poll(() => planned.length).toBe(20);
    expect(over).toBe(false);
    expect((planned[19] ?? 0) - (planned[0] ?? 0)).toBeCloseTo(190, 0);
    gate.resolve();
    await all;
  });
});

describe('a customer', () => {
  const wish = { customer: 'ada', key: 'key-of-ada', sku: 'lamp', quantity: 1 };

  async function visitWith(statuses: readonly number[], patienceMs: number, headers: Record<string, string> = {}) {
    const engine = await stubEngine((_seen, response) => {
      response.writeHead(statuses[engine.seen.length - 1] ?? 500, headers).end('{"orderId":"one"}');
    });
    const visits: Visit[] = [];
    await visit(new ShopClient(engine.url), wish, { token: 't', clickedAt: Date.now(), patienceMs }, visits);
    return { ...engine, visits, one: visits[0] };
  }

  it('retries with the same key until accepted', async () => {
    const { one, seen, visits } = await visitWith([503, 429, 202], 60_000);
    expect(one).toMatchObject({ status: 202, attempts: 3, orderId: 'one' });
    expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(3).fill('key-of-ada'));
    expect(acceptedWaits(visits)).toHaveLength(1);
  });

  it.each([409, 400])('treats a %d as final', async (status) => {
    const { one, visits } = await visitWith([status, 202], 60_000);
    expect(one).toMatchObject({ status, attempts: 1, orderId: undefined, answer: undefined });
    expect(acceptedWaits(visits)).toEqual([]);
  });

  it('tries only once without patience', async () => {
    expect((await visitWith([503, 202], 0)).one).toMatchObject({ status: 503, attempts: 1 });
  });

  it('gives up when Retry-After exceeds its patience', async () => {
    expect((await visitWith([503, 202], 5_000, { 'retry-after': '9' })).one).toMatchObject({ attempts: 1 });
  });
});

describe('the search for the peak', () => {
  /** Searches a system that accepts `capacity` orders per step, and none in a busy step. */
  function searchPeak(capacity: number, busySteps: readonly number[] = []) {
    const visits: Visit[] = [];
    let [taken, step] = [0, 0];
    const order = async ({ at, patienceMs }: { at: number; patienceMs: number }) => {
      const open = patienceMs > 0 || (taken++ < capacity && !busySteps.includes(step));
      const status = open ? 202 : 503;
      const wish = { customer: 'ada', key: 'key', sku: 'lamp', quantity: 1 };
      visits.push({
        ...wish,
        clickedAt: at,
        answeredAt: at + 5,
        status,
        attempts: 1,
        orderId: undefined,
        answer: undefined,
      });
    };
    const unread = () => Promise.reject(new Error('not read'));
    const sale = { skus: ['lamp'], visits, order, stores: unread, judge: unread };
    const endStep = async () => {
      [taken, step] = [0, taken > 0 ? step + 1 : step];
      return 0;
    };
    const queue = { length: endStep, lengthOfBoth: endStep, setVisibilityTimeout: async () => 0, close: () => {} };
    let ms = 0;
    const time = {
      now: () => ms,
      sleep: async (more: number) => {
        ms += more;
      },
    };
    return findPeak(sale, queue, { shopUrl: '', stepSeconds: 1, say: () => {}, time });
  }

  it('finds the capacity of a system', async () => {
    const { goodput, rate } = await searchPeak(20);
    expect(goodput).toBeLessThanOrEqual(20);
    expect(goodput).toBeGreaterThan(19);
    expect(rate).toBeGreaterThanOrEqual(20);
    expect(rate).toBeLessThan(60);
  });

  it('continues after one busy step', async () => {
    expect((await searchPeak(20, [1])).rate).toBeGreaterThan(12);
  });

  it('ends after two busy steps in a row', async () => {
    expect((await searchPeak(20, [1, 2])).rate).toBe(8);
  });
});

describe('every drill', () => {
  const click = {
    customer: 'customer-1',
    key: 'key-1',
    sku: 'lamp',
    quantity: 1,
    clickedAt: 0,
    answer: undefined,
    answeredAt: 1,
    attempts: 1,
  };
  const good: DrillRecord = {
    snapshot: { ...snapshot, products: [], orders: [], book: [] },
    visits: [{ ...click, status: 202, orderId: 'order-1', answer: placing.placed[1] }],
    foreign: { foreignAttempts: 1, foreignAnswers: [] },
    deadLetters: [],
  };
  const failing = (spoilt: Partial<DrillRecord>) =>
    judgeDrill({ ...good, ...spoilt })
      .filter(({ holds }) => !holds)
      .map(({ what }) => what.replace(/^(I\d).*/, '$1'));
  const usual = failing({});

  it.each<[string, Partial<DrillRecord>, string]>([
    ['a dead letter', { deadLetters: [{ body: '{}', noted: undefined }] }, 'orders among the dead letters'],
    [
      'a valid post refused',
      { visits: [...good.visits, { ...click, status: 404, orderId: undefined }] },
      'valid posts refused permanently',
    ],
    ["another customer's order shown", { foreign: { foreignAttempts: 1, foreignAnswers: ['200'] } }, 'I6'],
    ["no attempt to see another customer's order", { foreign: { foreignAttempts: 0, foreignAnswers: [] } }, 'I6'],
  ])('fails for %s', (_, spoilt, named) => {
    expect(usual).not.toContain(named);
    expect(failing(spoilt)).toContain(named);
  });
});

describe('the drill report', () => {
  const finding = { what: 'first success', measured: '3 s', limit: 'at most 30 s', holds: true };
  const result: DrillResult = {
    hypothesis: 'It comes back.',
    findings: [finding],
    facts: [['peak', '9']],
    notes: ['a note'],
    charts: [{ title: 'Orders', unit: 'orders per second', lines: [{ name: 'settled', points: [[1, 2]] }] }],
  };

  it('says that the hypothesis holds', () => {
    const report = drillReport('outage', result);
    expect(report).toMatchObject({ about: 'It comes back.', failures: [] });
    const text = reportPage(report, new Date());
    for (const part of ['✓ The hypothesis holds', 'first success', 'at most 30 s', '<svg', 'settled', 'a note'])
      expect(text).toContain(part);
  });

  it('names findings that do not hold', () => {
    const report = drillReport('outage', {
      ...result,
      findings: [finding, { ...finding, what: 'backlog', holds: false }],
    });
    expect(report.failures).toEqual(['backlog: 3 s, expected at most 30 s']);
    expect(reportPage(report, new Date())).toContain('<td class="bad">FAILED</td>');
  });
});
