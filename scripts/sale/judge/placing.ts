import { allOf, atLeastOne, type Finding, noneWrong } from '../../report/finding.ts';
import type { BookEntry, Snapshot } from '../check/snapshot.ts';
import { byStatus, type Placing } from '../place-orders.ts';
import type { PlannedOrder } from '../workload.ts';

export interface Placed {
  readonly plan: readonly PlannedOrder[];
  readonly placing: Placing;
}

/** Judges every post of the plan, its repetitions and the answers. For a sale in which no client may give up. */
export function judgePlacing({ plan, placing }: Placed): Finding[] {
  const accepted = countOrders(placing);
  return [
    allOf('orders accepted', accepted, plan.length),
    {
      what: 'answers to valid posts',
      measured: byStatus(placing.statuses),
      limit: 'only 202',
      holds: [...placing.statuses.keys()].join() === '202',
    },
    noneWrong('answers that state what was bought', placing.placed.length, placing.misstated),
    ...judgeRepetitions({ plan, placing }),
  ];
}

/** Repetitions are judged only if the plan has some: a load has none. */
export function judgeRepetitions({ plan, placing }: Placed): Finding[] {
  const planned = (kind: PlannedOrder['repeat']) => plan.filter(({ repeat }) => repeat === kind).length;
  const kinds = (['in parallel', 'later'] as const).filter((kind) => planned(kind) > 0);
  const all = kinds.reduce((sum, kind) => sum + placing.repeated[kind], 0);
  if (kinds.length === 0) return [];
  return [
    ...kinds.map((kind) => allOf(`posts repeated ${kind}`, placing.repeated[kind], planned(kind))),
    {
      what: 'repetitions answered like the first post',
      measured: `${all - placing.differing} of ${all}`,
      limit: 'all, at least one',
      holds: all > 0 && placing.differing === 0,
    },
  ];
}

export interface Cancelling {
  readonly plan: readonly PlannedOrder[];
  readonly placing: Pick<Placing, 'placed'>;
  /** Status of the last answer, by order id. */
  readonly cancels: ReadonlyMap<string, number>;
  readonly snapshot: Pick<Snapshot, 'orders' | 'book'>;
}

/** Every cancel of the plan was sent, and its answer agrees with the state of the order and with the partner's book. */
export function judgeCancels({ plan, placing, cancels, snapshot }: Cancelling, mayGiveUp = false): Finding[] {
  if (!plan.some(({ cancel }) => cancel)) return [];
  const wanted = new Set(placing.placed.filter(({ cancel }) => cancel).map(({ orderId }) => orderId));
  const states = new Map(snapshot.orders.map(({ orderId, state }) => [orderId, state]));
  const book = new Map(snapshot.book?.map((entry) => [entry.orderId, entry.state]));
  const wrong = [...cancels].flatMap(([orderId, status]) => {
    const state = states.get(orderId) ?? 'missing';
    if (mayGiveUp && (status === 429 || status >= 500)) return [];
    return agrees(status, state, book.get(orderId)) ? [] : [`order ${orderId}: answered ${status}, but it is ${state}`];
  });
  const done = [...cancels.values()].filter((status) => status === 200).length;
  // In a small sale, all orders may be rejected before they are cancelled.
  const allRejected = cancels.size > 0 && [...cancels.keys()].every((orderId) => states.get(orderId) === 'REJECTED');
  return [
    allOf('cancels answered', cancels.size, wanted.size),
    noneWrong('answers to cancels that agree with the order', cancels.size, wrong),
    ...(allRejected ? [] : [atLeastOne('orders cancelled by their customer', done)]),
  ];
}

/** A 200 ends the order before the partner gets it. A 409 comes too late: the order was rejected or handed over. */
function agrees(status: number, state: string, decision: BookEntry['state'] | undefined): boolean {
  if (status === 200) return state === 'CANCELLED' && decision !== 'accepted';
  if (status !== 409) return false;
  const handedOver = ['FULFILLING', 'FULFILLED'].includes(state) || (state === 'CANCELLED' && decision === 'refused');
  return state === 'REJECTED' || handedOver;
}

export function countOrders({ placed }: Pick<Placing, 'placed'>): number {
  return new Set(placed.map(({ orderId }) => orderId)).size;
}
