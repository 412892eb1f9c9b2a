import type { AcceptedOrder } from '../../../functions/contracts/http.ts';
import { findFalseReason, orderOfDeadLetter } from './dead-letter.ts';
import { type Evidence, isStopped, wasHandedOver } from './evidence.ts';
import { isExpired } from './retention.ts';
import { idOfKey, ownsUnits } from './rules.ts';
import { isUnfinished, type OrderWish, type ShownOrder, type StoredOrder } from './snapshot.ts';
import type { Finding } from './verdict.ts';

/** I2: customer and key name one order, which reserves its units once. */
export function checkKeys({ snapshot: { orders }, clients: { accepted }, histories }: Evidence): Finding {
  const violations: string[] = [];
  const idOfName = new Map<string, string>();
  const nameOfId = new Map<string, string>();
  for (const { customer, key, orderId } of accepted) {
    const name = `${customer} ${key}`;
    const [id, owner] = [idOfName.get(name) ?? orderId, nameOfId.get(orderId) ?? name];
    if (id !== orderId) violations.push(`key ${name} made ${id} and ${orderId}`);
    if (owner !== name) violations.push(`keys ${owner} and ${name} made one order ${orderId}`);
    if (orderId !== idOfKey(customer, key)) violations.push(`order ${orderId} does not have the id of its key ${name}`);
    idOfName.set(name, id);
    nameOfId.set(orderId, owner);
  }
  for (const { orderId, rows, events } of histories.values()) {
    if (rows.length > 1) violations.push(`order ${orderId} is stored ${rows.length} times`);
    const confirmed = events.filter(({ order }) => order.state === 'CONFIRMED').length;
    if (confirmed > 1) violations.push(`order ${orderId} was confirmed ${confirmed} times`);
  }
  for (const { orderId, state, quantity, allocation } of orders) {
    const units = allocation.reduce((sum, part) => sum + part.quantity, 0);
    if (ownsUnits(state) && units !== quantity) violations.push(`order ${orderId} of ${quantity} reserved ${units}`);
  }
  return { checked: orders.length + accepted.length, violations };
}

/**
 * I3. A dead letter excuses only an order that waits for exactly that message, and only if the worker's reason is not
 * false. Nothing excuses a missing row.
 */
export function checkProgress(evidence: Evidence): Finding {
  const { snapshot, histories, accepted } = evidence;
  const violations: string[] = [];
  for (const orderId of accepted.keys()) {
    const [order] = histories.get(orderId)?.rows ?? [];
    if (order && (!isUnfinished(order, snapshot) || isStopped(order, evidence))) continue;
    if (evidence.isGone(orderId)) continue;
    violations.push(`order ${orderId} got a 202 and is ${order?.state ?? 'missing'}`);
  }
  const { deadLetters, events, published } = snapshot;
  const isStored = (orderId: string) => (histories.get(orderId)?.rows.length ?? 0) > 0;
  const falseReasons = deadLetters
    .filter((letter) => !evidence.isGone(orderOfDeadLetter(letter) ?? ''))
    .flatMap((letter) => findFalseReason(letter, isStored) ?? []);
  return {
    checked: accepted.size + deadLetters.length + (published ? events.length : 0),
    violations: [...violations, ...falseReasons, ...findUnpublished(evidence)],
  };
}

/** Each event reaches the bus at least once. */
function findUnpublished({ snapshot: { events, published }, dead }: Evidence): string[] {
  if (!published) return [];
  const names = new Set(published.map(({ order }) => `${order.orderId} ${order.version}`));
  return events
    .filter(({ order }) => !names.has(`${order.orderId} ${order.version}`) && !dead.projection.has(order.orderId))
    .map(({ order }) => `event ${order.version} of ${order.orderId} never reached the bus`);
}

/** I6: no customer reads or changes another customer's order. */
export function checkForeign({ clients: { foreignAttempts, foreignAnswers } }: Evidence): Finding {
  return { checked: foreignAttempts, violations: foreignAnswers };
}

/** I9: no order without a client, and no answer that differs from its order. */
export function checkAccepted(evidence: Evidence): Finding {
  const { snapshot, clients, histories, accepted, requested } = evidence;
  const violations: string[] = [];
  for (const order of snapshot.orders) {
    if (accepted.has(order.orderId)) continue;
    const wishes = requested.get(order.orderId) ?? [];
    if (!wishes.some((wish) => grants(order, wish)))
      violations.push(`order ${order.orderId} of ${order.customer}: no client requested it or was told about it`);
  }
  const answers = [
    ...clients.accepted.map((answer) => ['accepted', answer] as const),
    ...(clients.shown ?? []).map((answer) => ['shown', answer] as const),
  ];
  for (const [verb, answer] of answers) {
    // I3 reports a missing row.
    const [order] = histories.get(answer.orderId)?.rows ?? [];
    if (order)
      violations.push(...differences(answer, order).map((text) => `order ${order.orderId} was ${verb} ${text}`));
  }
  for (const shown of clients.shown ?? []) {
    const wrong = findNeverTrue(shown, evidence);
    if (wrong) violations.push(wrong);
  }
  violations.push(...findUnwantedCancels(snapshot.orders, clients, histories));
  return { checked: snapshot.orders.length + answers.length, violations };
}

/** Before the hand-over, only its own customer cancels an order. */
function findUnwantedCancels(
  orders: readonly StoredOrder[],
  { cancels }: Evidence['clients'],
  histories: Evidence['histories'],
): string[] {
  if (!cancels) return [];
  const asked = new Set(cancels);
  return orders
    .filter(({ orderId, state }) => state === 'CANCELLED' && !asked.has(orderId))
    .filter(({ orderId }) => !wasHandedOver(histories.get(orderId)))
    .map(({ orderId }) => `order ${orderId} is CANCELLED, but its customer did not request it`);
}

function grants(order: StoredOrder, { customer, sku, quantity }: OrderWish): boolean {
  return order.customer === customer && order.sku === sku && order.quantity === quantity;
}

const told = ['customer', 'sku', 'quantity', 'unitPrice', 'currency', 'acceptedAt'] as const;

function differences(answer: AcceptedOrder & { readonly customer: string }, order: StoredOrder): string[] {
  const wrong = told
    .filter((field) => answer[field] !== order[field])
    .map((field) => `with ${field} ${answer[field]}, and has ${order[field]}`);
  const total = order.quantity * order.unitPrice;
  return answer.total === total ? wrong : [...wrong, `with a total of ${answer.total}, and costs ${total}`];
}

/** The state and time that an answer showed must be those of that version of the order. */
function findNeverTrue(
  { orderId, state, version, changedAt }: ShownOrder,
  { histories, isGone, snapshot: { retention } }: Evidence,
): string | undefined {
  const history = histories.get(orderId);
  if (isGone(orderId) || (history?.isCut && version > 1 && isExpired(changedAt, retention))) return undefined;
  if (!history) return `order ${orderId} was shown, but does not exist`;
  const event = history.events.find(({ order }) => order.version === version)?.order;
  const [row] = history.rows;
  const then = version === 1 ? { state: 'PENDING', changedAt: row?.acceptedAt } : event;
  if (then?.state === state && then.changedAt === changedAt) return undefined;
  return `order ${orderId} was shown as ${state} at version ${version}, and was ${then?.state ?? 'never at that version'}`;
}
