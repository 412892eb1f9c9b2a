import { useEffect, useRef, useState } from 'preact/hooks';
import type { OrderResource } from '../../../functions/contracts/http.ts';
import { money } from '../lib/format.ts';
import { useShop } from '../shop.ts';
import { describeOutcome } from './sentences.ts';

interface CancelDialogProps {
  readonly order: OrderResource;
  readonly onDone: () => void;
}

export function CancelDialog({ order, onDone }: CancelDialogProps) {
  const { orders, catalog, spoken } = useShop();
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const name = catalog.nameOf(order.sku);
  useEffect(() => dialog.current?.showModal(), []);

  const confirm = async () => {
    if (busy) return;
    setBusy(true);
    const failure = await orders.cancel(order.orderId);
    setBusy(false);
    if (failure) return setProblem(failure.sentence);
    spoken.set(describeOutcome({ ...order, state: 'CANCELLED' }, name));
    dialog.current?.close();
  };

  return (
    <dialog ref={dialog} onClose={onDone} aria-labelledby="cancel-title">
      <h2 id="cancel-title">Cancel this order?</h2>
      <p>
        {order.quantity} × {name} for {money(order.total, order.currency)}. The items go back on sale at once.
      </p>
      <p class="status bad" role="alert">
        {problem}
      </p>
      <div class="choices">
        <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
          Keep it
        </button>
        <button type="button" class="danger" aria-disabled={busy} onClick={confirm}>
          {busy ? 'Cancelling…' : 'Cancel the order'}
        </button>
      </div>
    </dialog>
  );
}
