import type { RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { OrderResource, ProductResource } from '../../../functions/contracts/http.ts';
import type { Session } from '../auth/session.ts';
import { useStore } from '../lib/use-store.ts';
import type { Purchase } from '../orders/purchases.ts';
import { useShop } from '../shop.ts';
import { chooseBuyLabel } from './buy-label.ts';
import { saveOrderDraft, takeOrderDraft } from './order-draft.ts';
import { toQuantities } from './quantities.ts';
import type { Stock } from './use-stock.ts';

export interface BuyFormProps {
  readonly product: ProductResource;
  readonly stock: Stock | undefined;
  readonly purchase: Purchase | undefined;
  readonly order: OrderResource | undefined;
}

export function BuyForm({ product, stock, purchase, order }: BuyFormProps) {
  const { account, sessions, purchases, pauses } = useShop();
  const session = useStore(sessions.current);
  const ready = useStore(account.config) !== undefined;
  const button = useRef<HTMLButtonElement>(null);
  const quantities = toQuantities(product);
  const [wanted, choose] = useQuantity(product.sku, session, button);
  // The limit may have changed since.
  const chosen = Math.min(wanted, quantities.length);
  const [label, enabled] = chooseBuyLabel({ signedIn: session !== undefined, ready, stock, purchase, order });
  const isRetry = purchase?.step === 'waiting' || purchase?.step === 'unanswered';

  const act = (event: Event) => {
    event.preventDefault();
    if (!enabled) return;
    if (purchase?.step === 'waiting') return pauses.end();
    if (session) return purchases.buy(product, chosen);
    saveOrderDraft(product.sku, chosen);
    void account.signIn();
  };

  return (
    <form class="buy" onSubmit={act}>
      <QuantitySelect
        name={product.name}
        value={isRetry ? purchase.quantity : chosen}
        options={isRetry ? [purchase.quantity] : quantities}
        disabled={isRetry}
        onChange={choose}
      />
      {/* aria-disabled, because `disabled` would lose the focus. */}
      <button type="submit" ref={button} aria-disabled={!enabled}>
        {/* Keyed: replacing a centred text is no layout shift, resizing it is. */}
        <span key={label}>{label}</span>
        <span class="visually-hidden"> {product.name}</span>
      </button>
    </form>
  );
}

/** The chosen quantity; after signing in, the drafted one. */
function useQuantity(sku: string, session: Session | undefined, button: RefObject<HTMLButtonElement | null>) {
  const [chosen, choose] = useState(1);
  useEffect(() => {
    const drafted = session && takeOrderDraft(sku);
    if (!drafted) return;
    choose(drafted);
    button.current?.focus();
  }, [session, sku, button]);
  return [chosen, choose] as const;
}

interface QuantitySelectProps {
  readonly name: string;
  readonly value: number;
  readonly options: readonly number[];
  readonly disabled: boolean;
  readonly onChange: (quantity: number) => void;
}

function QuantitySelect({ name, value, options, disabled, onChange }: QuantitySelectProps) {
  const id = useId();
  return (
    <>
      <label for={id} class="visually-hidden">
        Quantity of {name}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      >
        {options.map((quantity) => (
          <option key={quantity}>{quantity}</option>
        ))}
      </select>
    </>
  );
}
