import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { OrderResource, ProductResource } from '../../../functions/contracts/http.ts';
import { useStore } from '../lib/use-store.ts';
import type { Purchase } from '../orders/purchases.ts';
import { useShop } from '../shop.ts';
import type { Stock } from './use-stock.ts';
import { takeWish, wish } from './wish.ts';

export interface BuyFormProps {
  readonly product: ProductResource;
  readonly stock: Stock | undefined;
  readonly purchase: Purchase | undefined;
  readonly order: OrderResource | undefined;
}

const quantities = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

export function BuyForm({ product, stock, purchase, order }: BuyFormProps) {
  const { account, sessions, purchases, pauses } = useShop();
  const session = useStore(sessions.current);
  const ready = useStore(account.config) !== undefined;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [chosen, choose] = useState(1);
  const [label, enabled] = labelOf({ signedIn: session !== undefined, ready, stock, purchase, order });
  const repeats = purchase?.step === 'waiting' || purchase?.step === 'unanswered';

  useEffect(() => {
    const wished = session && takeWish(product.sku);
    if (!wished) return;
    choose(wished);
    button.current?.focus();
  }, [session, product.sku]);

  const act = (event: Event) => {
    event.preventDefault();
    if (!enabled) return;
    if (purchase?.step === 'waiting') return pauses.end();
    if (session) return purchases.buy(product, chosen);
    wish(product.sku, chosen);
    void account.signIn();
  };

  return (
    <form class="buy" onSubmit={act}>
      <label for={id} class="visually-hidden">
        Quantity of {product.name}
      </label>
      <select
        id={id}
        value={repeats ? purchase.quantity : chosen}
        disabled={repeats}
        onChange={(event) => choose(Number(event.currentTarget.value))}
      >
        {quantities.map((quantity) => (
          <option key={quantity}>{quantity}</option>
        ))}
      </select>
      {/* aria-disabled, not disabled: the focus would be lost each time. */}
      <button type="submit" ref={button} aria-disabled={!enabled}>
        {/* Keyed, as all centred texts that change: a new one is no moved one. */}
        <span key={label}>{label}</span>
        <span class="visually-hidden"> {product.name}</span>
      </button>
    </form>
  );
}

interface Situation extends Pick<BuyFormProps, 'stock' | 'purchase' | 'order'> {
  readonly signedIn: boolean;
  readonly ready: boolean;
}

function labelOf({ signedIn, ready, stock, purchase, order }: Situation): [label: string, enabled: boolean] {
  if (!signedIn) return ['Sign in to buy', ready];
  if (purchase?.step === 'waiting' || purchase?.step === 'unanswered') return ['Try again', true];
  if (purchase?.step === 'sending') return ['Ordering…', false];
  if (purchase?.step === 'accepted' && (!order || order.state === 'PENDING')) return ['Ordering…', false];
  return stock?.left === 0 ? ['Sold out', false] : ['Buy', true];
}
