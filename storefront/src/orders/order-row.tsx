import type { OrderResource } from '../../../functions/contracts/http.ts';
import { isCancellable } from '../../../functions/domain/order-states.ts';
import { moment, money } from '../lib/format.ts';
import { useShop } from '../shop.ts';
import { toWord } from './order-text.ts';
import type { Purchase } from './purchases.ts';

/** An order without an answer yet, shown where the confirmed order will appear. */
export function SendingRow({ purchase }: { readonly purchase: Purchase }) {
  const word = { sending: 'Sending', waiting: 'No answer', unanswered: 'No answer', refused: 'Refused', accepted: '' };
  return (
    <li class="row">
      <span class="what">
        {purchase.quantity} × {purchase.name}
      </span>
      <span key={purchase.step} class={`pill ${purchase.step}`}>
        {word[purchase.step]}
      </span>
      <span class="when">not confirmed</span>
    </li>
  );
}

export function OrderRow({ order, onCancel }: { readonly order: OrderResource; readonly onCancel: () => void }) {
  const { catalog } = useShop();
  const { quantity, sku, state, total, currency, acceptedAt } = order;
  const name = catalog.nameOf(sku);
  return (
    <li class="row">
      <span class="what">
        {quantity} × {name}
      </span>
      <span key={state} class={`pill ${state.toLowerCase()}`}>
        {toWord(order)}
      </span>
      <span class="when">
        {money(total, currency)} · <time dateTime={acceptedAt}>{moment(acceptedAt, Date.now())}</time>
      </span>
      {isCancellable(state) && (
        <button type="button" class="link" onClick={onCancel}>
          Cancel<span class="visually-hidden">{` the order of ${quantity} × ${name}`}</span>
        </button>
      )}
    </li>
  );
}
