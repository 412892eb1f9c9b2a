import { useRef, useState } from 'preact/hooks';
import { isCancellable } from '../../../functions/domain/order-states.ts';
import { useStore } from '../lib/use-store.ts';
import { useShop } from '../shop.ts';
import { CancelDialog } from './cancel-dialog.tsx';
import { OrderRow, SendingRow } from './order-row.tsx';

export function OrderList() {
  const { sessions, orders, purchases } = useShop();
  const session = useStore(sessions.current);
  const list = useStore(orders.list);
  const open = [...useStore(purchases.current).values()].filter(({ step }) => step !== 'accepted');
  const heading = useRef<HTMLHeadingElement>(null);
  const [cancelling, cancel] = useState<string | undefined>();
  const shown = list?.find(({ orderId }) => orderId === cancelling);
  const endCancel = () => {
    const order = orders.list.value?.find(({ orderId }) => orderId === cancelling);
    // The button that opened the dialog is gone, and would have got the focus.
    if (!order || !isCancellable(order.state)) heading.current?.focus();
    cancel(undefined);
  };
  return (
    <section class="orders" aria-labelledby="orders">
      <h2 id="orders" ref={heading} tabIndex={-1}>
        Your orders
      </h2>
      {!session && <p class="nothing">Sign in to see them.</p>}
      {/* Hidden above an order being sent, which would move when the others load. */}
      {session && !list && open.length === 0 && <p class="nothing">Loading your orders…</p>}
      {session && list?.length === 0 && open.length === 0 && <p class="nothing">None yet.</p>}
      {session && (
        <ul class="rows">
          {open.map((purchase) => (
            <SendingRow key={purchase.key} purchase={purchase} />
          ))}
          {list?.map((order) => (
            <OrderRow key={order.orderId} order={order} onCancel={() => cancel(order.orderId)} />
          ))}
        </ul>
      )}
      {shown && <CancelDialog order={shown} onDone={endCancel} />}
    </section>
  );
}
