import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { ApiClient } from './api/client.ts';
import { RequestFailures } from './api/request-failures.ts';
import { Account } from './auth/account.ts';
import { Sessions } from './auth/session.ts';
import { Pauses } from './lib/pause.ts';
import { Store } from './lib/store.ts';
import { isVisible, untilVisible } from './lib/visibility.ts';
import { Attempts } from './orders/attempts.ts';
import { describeOutcome } from './orders/order-text.ts';
import { Orders } from './orders/orders.ts';
import { Purchases } from './orders/purchases.ts';
import { Catalog } from './products/catalog.ts';

export type Shop = ReturnType<typeof openShop>;

/** Creates and connects the page's services. Call once. */
export function openShop() {
  const pauses = new Pauses();
  const failures = new RequestFailures();
  /** Announced by screen readers. */
  const spoken = new Store('');
  const sessions = new Sessions(sessionStorage);
  const account = new Account(sessions, pauses.for);
  const client = new ApiClient({
    fetch: (path, init) => fetch(path, init),
    token: () => sessions.token(),
    onSignedOut: () => sessions.current.value && sessions.end(),
  });
  const catalog = new Catalog({ client, failures, pause: pauses.for, visible: untilVisible });
  const orders = new Orders({
    client,
    failures,
    pause: pauses.for,
    visible: untilVisible,
    onChanged: (order) => spoken.set(describeOutcome(order, catalog.nameOf(order.sku))),
  });
  const purchases = new Purchases({
    client,
    attempts: new Attempts(sessionStorage),
    customer: () => sessions.current.value?.customer,
    newKey: () => crypto.randomUUID(),
    pause: pauses.for,
    onAccepted: (order) => orders.accepted(order),
    say: (text) => spoken.set(text),
  });
  followSession(sessions, orders, purchases);
  void catalog.keepFresh();
  void account.open();
  return { pauses, failures, spoken, sessions, account, client, catalog, orders, purchases };
}

/** Loads the customer's orders on sign-in, and forgets them on sign-out. */
function followSession(sessions: Sessions, orders: Orders, purchases: Purchases): void {
  const follow = () => {
    const session = sessions.current.value;
    orders.forget();
    if (!session) return purchases.forget();
    void orders.load();
    purchases.resume(session.customer);
  };
  sessions.current.listen(follow);
  follow();
  // Another tab may have bought meanwhile.
  document.addEventListener('visibilitychange', () => {
    if (isVisible() && sessions.current.value) void orders.refresh();
  });
}

const context = createContext<Shop | undefined>(undefined);
export const ShopContext = context.Provider;

export function useShop(): Shop {
  const shop = useContext(context);
  if (!shop) throw new Error('useShop() was called outside of ShopContext');
  return shop;
}
