import { ProblemError } from '../contracts/problem.ts';
import type { Order } from '../domain/order.ts';
import type { OrderPosition, OrderReplica, OrderStore } from '../ports/orders.ts';

/**
 * Reads this region's orders and, as far as they were replicated, those of the other regions. An id is derived from
 * customer and key, the same in every region, so a repeat that reaches another region finds its order.
 */
export function withReplicas(own: OrderStore, replicas: readonly OrderReplica[]): OrderStore {
  if (replicas.length === 0) return own;
  return {
    async create(stored) {
      const { orderId } = stored.order;
      const elsewhere = await findElsewhere(orderId, replicas);
      // A region that stored its own row before the other's was replicated keeps using it.
      if (!elsewhere || (await own.find(orderId))) return own.create(stored);
      return { created: false, existing: elsewhere, elsewhere: true };
    },

    find: async (orderId) => (await own.find(orderId)) ?? (await findElsewhere(orderId, replicas))?.order,

    async listByCustomer(customer, limit, after) {
      const pages = await Promise.all([own, ...replicas].map((one) => one.listByCustomer(customer, limit, after)));
      return mergePages(pages, limit);
    },
  };
}

async function findElsewhere(orderId: string, replicas: readonly OrderReplica[]) {
  const found = await Promise.all(replicas.map((replica) => replica.findStored(orderId)));
  return found.find((stored) => stored !== undefined);
}

/** @throws {ProblemError} OWNED_BY_OTHER_REGION: only the region that took an order changes it */
export async function refuseOrderOfOtherRegion(
  { customer, orderId }: { readonly customer: string; readonly orderId: string },
  own: Pick<OrderStore, 'find'>,
  replicas: readonly OrderReplica[],
): Promise<void> {
  if (replicas.length === 0 || (await own.find(orderId))) return;
  const elsewhere = await findElsewhere(orderId, replicas);
  if (elsewhere?.order.customer === customer) throw new ProblemError('OWNED_BY_OTHER_REGION');
}

type Page = Awaited<ReturnType<OrderStore['listByCustomer']>>;

/**
 * Newest first. Orders older than the end of any page wait for the next page, because others may precede them. An order
 * that two regions made for the same key is listed once, as the first page has it, unless a page ends between the two.
 */
function mergePages(pages: readonly Page[], limit: number): Page {
  const ends = pages.flatMap(({ next }) => next ?? []);
  const end = ends.toSorted(newestFirst)[0];
  const byId = new Map(pages.toReversed().flatMap(({ orders }) => orders.map((order) => [order.orderId, order])));
  const known = [...byId.values()].toSorted(newestFirst);
  const ordered = end ? known.filter((order) => newestFirst(order, end) <= 0) : known;
  const orders = ordered.slice(0, limit);
  const last = orders.at(-1);
  const next = last && orders.length < ordered.length ? toPosition(last) : end;
  return next ? { orders, next } : { orders };
}

const toPosition = ({ acceptedAt, orderId }: Order): OrderPosition => ({ acceptedAt, orderId });

function newestFirst(a: OrderPosition, b: OrderPosition): number {
  if (a.acceptedAt !== b.acceptedAt) return a.acceptedAt > b.acceptedAt ? -1 : 1;
  return a.orderId === b.orderId ? 0 : a.orderId > b.orderId ? -1 : 1;
}
