import { useEffect, useRef, useState } from 'preact/hooks';
import type { OrderResource } from '../../../functions/contracts/http.ts';
import { isCancellable } from '../../../functions/domain/order-states.ts';
import type { Failure } from '../api/answer.ts';
import { money } from '../lib/format.ts';
import { useShop } from '../shop.ts';
import { describeCancelProblem, describeOutcome } from './order-text.ts';

interface CancelDialogProps {
  /** May change while the dialog is open. */
  readonly order: OrderResource;
  readonly onDone: () => void;
}

export function CancelDialog({ order, onDone }: CancelDialogProps) {
  const { orders, catalog, spoken } = useShop();
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | undefined>();
  const name = catalog.nameOf(order.sku);
  const open = isCancellable(order.state);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();

  const confirm = async () => {
    if (busy) return;
    setBusy(true);
    const refused = await orders.cancel(order.orderId);
    setBusy(false);
    if (refused) return setFailure(refused);
    spoken.set(describeOutcome({ ...order, state: 'CANCELLED' }, name));
    close();
  };

  return (
    <dialog ref={dialog} onClose={onDone} aria-labelledby="cancel-title">
      <h2 id="cancel-title">{open ? 'Cancel this order?' : 'Your order'}</h2>
      <p>
        {open
          ? `${order.quantity} × ${name} for ${money(order.total, order.currency)}. The items go back on sale at once.`
          : describeOutcome(order, name)}
      </p>
      <p class="status bad" role="alert">
        {describeCancelProblem(order, failure)}
      </p>
      <Choices open={open} busy={busy} onClose={close} onConfirm={confirm} />
    </dialog>
  );
}

interface ChoicesProps {
  /** Whether the order can still be cancelled. */
  readonly open: boolean;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

function Choices({ open, busy, onClose, onConfirm }: ChoicesProps) {
  return (
    <div class="choices">
      <button type="button" class="quiet" onClick={onClose}>
        {open ? 'Keep it' : 'Close'}
      </button>
      {open && (
        <button type="button" class="danger" aria-disabled={busy} onClick={onConfirm}>
          {busy ? 'Cancelling…' : 'Cancel the order'}
        </button>
      )}
    </div>
  );
}
