import { describe, expect, it } from 'vitest';
import type { OrderResource } from '../../../functions/contracts/http.ts';
import { isFinal, type OrderState, orderStates, transitions } from '../../../functions/domain/order-states.ts';
import { type Answer, failed } from '../../../storefront/src/api/answer.ts';
import { RequestFailures } from '../../../storefront/src/api/request-failures.ts';
import { Orders } from '../../../storefront/src/orders/orders.ts';
import { deferred } from '../platform/stub.ts';

const accepted = {
  orderId: 'o1',
  sku: 'mug',
  quantity: 1,
  unitPrice: 1,
  total: 1,
  currency: 'EUR',
  acceptedAt: '2030-01-01T00:00:00Z',
} as const;

const order = (state: OrderState, version: number, more: Partial<OrderResource> = {}): OrderResource => ({
  ...accepted,
  state,
  version,
  changedAt: accepted.acceptedAt,
  ...more,
});
const ok = <Body>(body: Body): Answer<Body> => ({ ok: true, body, ageMs: 0 });

interface Script {
  /** One answer per read of the order; the last one repeats. */
  readonly reads?: readonly Answer<OrderResource>[];
  readonly list?: readonly OrderResource[];
  readonly cancel?: Answer<OrderResource>;
}

function shop({ reads = [], list = [], cancel = failed('INTERNAL_ERROR') }: Script) {
  const waits: number[] = [];
  const changes: string[] = [];
  const asked: string[] = [];
  const gate = { visible: async () => {} };
  let count = 0;
  const failures = new RequestFailures();
  const orders = new Orders({
    client: {
      listOrders: async () => ok({ items: list }),
      order: async (orderId) => {
        asked.push(orderId);
        return reads[Math.min(count++, reads.length - 1)] ?? failed('NOT_FOUND');
      },
      cancelOrder: async () => cancel,
    },
    failures,
    // A turn of the event loop, so that a loop that never ends does not block the test.
    pause: (ms) => {
      waits.push(ms);
      return new Promise((resolve) => setImmediate(resolve));
    },
    visible: () => gate.visible(),
    onChanged: ({ state }) => void changes.push(state),
  });
  const state = (orderId = 'o1') => orders.list.value?.find((one) => one.orderId === orderId)?.state;
  return { orders, failures, waits, changes, asked, gate, state };
}

/** Long enough for several turns of a loop that should have ended. */
const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Every way from PENDING to a final state. */
function paths(state: OrderState): OrderState[][] {
  const next = Object.values(transitions).filter(({ from }) => (from as readonly OrderState[]).includes(state));
  return next.length === 0 ? [[state]] : next.flatMap(({ to }) => paths(to).map((rest) => [state, ...rest]));
}
const allPaths = paths('PENDING');

describe('an accepted order', () => {
  it('has five ways through its states', () => {
    expect(allPaths).toHaveLength(5);
  });

  it.each(allPaths)('is followed until it is final: %s %s %s %s', async (...path) => {
    const states = path.filter((state) => state !== undefined);
    const { orders, changes, asked, state } = shop({ reads: states.map((one, index) => ok(order(one, index + 1))) });
    orders.accepted(accepted);
    await expect.poll(() => changes).toEqual(states.slice(1));
    await settle();
    expect(asked).toHaveLength(states.length);
    expect(state()).toBe(states.at(-1));
  });

  it('is followed when reads miss states in between', async () => {
    const { orders, changes } = shop({ reads: [ok(order('FULFILLED', 4))] });
    orders.accepted(accepted);
    await expect.poll(() => changes).toEqual(['FULFILLED']);
  });

  it('is asked for less and less often, and anew after a change', async () => {
    const reads = [...Array(12).fill(ok(order('PENDING', 1))), ...Array(9).fill(ok(order('CONFIRMED', 2)))];
    const { orders, waits, changes } = shop({ reads: [...reads, ok(order('CANCELLED', 3))] });
    orders.accepted(accepted);
    await expect.poll(() => changes).toEqual(['CONFIRMED', 'CANCELLED']);
    const [pending, confirmed] = [waits.slice(0, 12), waits.slice(12, 21)];
    expect(pending[0]).toBeLessThanOrEqual(250);
    expect(Math.max(...pending)).toBeLessThanOrEqual(5_000);
    expect(pending.at(-1)).toBeGreaterThan(3_000);
    expect(confirmed[0]).toBeLessThanOrEqual(1_000);
    expect(Math.max(...confirmed)).toBeLessThanOrEqual(60_000);
    expect(confirmed.at(-1)).toBeGreaterThan(40_000);
  });

  it('ignores an answer that is older than what it knows', async () => {
    const reads = [ok(order('CONFIRMED', 2)), ok(order('PENDING', 1)), ok(order('FULFILLED', 4))];
    const { orders, changes } = shop({ reads });
    orders.accepted(accepted);
    await expect.poll(() => changes).toEqual(['CONFIRMED', 'FULFILLED']);
  });

  it.each([
    ['an outage with Retry-After', failed('TRY_AGAIN', 7_000), 7_000],
    ['a lost connection', failed('UNREACHABLE'), undefined],
    ['a page of someone else', failed('UNEXPECTED'), undefined],
  ])('survives %s', async (_what, failure, waitMs) => {
    const { orders, changes, waits, failures } = shop({ reads: [failure, failure, ok(order('FULFILLED', 4))] });
    orders.accepted(accepted);
    await expect.poll(() => changes).toEqual(['FULFILLED']);
    if (waitMs) expect(waits.slice(0, 2)).toEqual([waitMs, waitMs]);
    expect(failures.shown.value).toBeUndefined();
  });

  it('is no longer asked for when it is gone', async () => {
    const { orders, asked } = shop({ reads: [failed('NOT_FOUND')] });
    orders.accepted(accepted);
    await settle();
    expect(asked).toHaveLength(1);
  });

  it('is not asked for in a hidden tab, but at once when the visitor returns', async () => {
    const { orders, asked, gate, changes } = shop({ reads: [ok(order('PENDING', 1)), ok(order('CANCELLED', 2))] });
    const back = deferred();
    orders.accepted(accepted);
    gate.visible = () => back.promise;
    await settle();
    expect(asked.length).toBeLessThanOrEqual(1);
    back.resolve();
    await expect.poll(() => changes).toEqual(['CANCELLED']);
  });

  it('is not asked for after signing out, and leaves no failure behind', async () => {
    const { orders, asked, failures } = shop({ reads: [failed('TRY_AGAIN')] });
    orders.accepted(accepted);
    await expect.poll(() => failures.shown.value?.code).toBe('TRY_AGAIN');
    orders.forget();
    expect(failures.shown.value).toBeUndefined();
    const before = asked.length;
    await settle();
    expect(asked.length).toBeLessThanOrEqual(before + 1);
    expect([failures.shown.value, orders.list.value]).toEqual([undefined, undefined]);
  });
});

describe('the list', () => {
  const listed = orderStates.map((state, index) =>
    order(state, 2, { orderId: state, acceptedAt: `2030-01-0${index + 1}` }),
  );

  it('follows each order that is not final, as after a restart', async () => {
    const { orders, asked } = shop({ list: listed, reads: [failed('NOT_FOUND')] });
    await orders.load();
    await settle();
    expect(asked.sort()).toEqual(orderStates.filter((state) => !isFinal(state)).sort());
  });

  it('shows what another tab did, without losing newer states', async () => {
    const news = [order('CONFIRMED', 2), order('CANCELLED', 2, { orderId: 'o2' })];
    const { orders, state, changes } = shop({ list: news, reads: [ok(order('FULFILLED', 4))] });
    orders.accepted(accepted);
    await expect.poll(() => changes).toEqual(['FULFILLED']);
    await orders.refresh();
    expect([state('o1'), state('o2')]).toEqual(['FULFILLED', 'CANCELLED']);
  });

  it('follows an order once, however often the list is read', async () => {
    const { orders, asked, gate } = shop({ list: [order('CONFIRMED', 2)], reads: [ok(order('FULFILLED', 4))] });
    const back = deferred();
    await orders.load();
    gate.visible = () => back.promise;
    const again = [orders.refresh(), orders.refresh()];
    back.resolve();
    await Promise.all(again);
    await settle();
    expect(asked).toEqual(['o1']);
  });

  it("drops an earlier customer's answer", async () => {
    const { orders, gate } = shop({ list: [order('CONFIRMED', 2)], reads: [ok(order('FULFILLED', 4))] });
    const back = deferred();
    gate.visible = () => back.promise;
    const loading = orders.load();
    orders.forget();
    back.resolve();
    await loading;
    expect(orders.list.value).toBeUndefined();
  });
});

describe('a cancel', () => {
  it('shows the order as cancelled', async () => {
    const { orders, state } = shop({ cancel: ok(order('CANCELLED', 3)) });
    expect(await orders.cancel('o1')).toBeUndefined();
    expect(state()).toBe('CANCELLED');
  });

  it.each(['FULFILLING', 'FULFILLED', 'REJECTED'] as const)(
    'reads the order again when it is refused, and shows it as %s',
    async (now) => {
      const { orders, state } = shop({
        list: [order('CONFIRMED', 2)],
        reads: [ok(order(now, 4))],
        cancel: failed('ORDER_NOT_CANCELLABLE'),
      });
      orders.list.set([order('CONFIRMED', 2)]);
      expect(await orders.cancel('o1')).toMatchObject({ code: 'ORDER_NOT_CANCELLABLE' });
      expect(state()).toBe(now);
    },
  );

  it('keeps the order as it was when it fails', async () => {
    const { orders, state, asked } = shop({ cancel: failed('UNREACHABLE') });
    orders.list.set([order('CONFIRMED', 2)]);
    expect(await orders.cancel('o1')).toMatchObject({ code: 'UNREACHABLE', again: true });
    expect([state(), asked]).toEqual(['CONFIRMED', []]);
  });
});
