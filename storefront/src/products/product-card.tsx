import { useRef } from 'preact/hooks';
import type { ProductResource } from '../../../functions/contracts/http.ts';
import { money } from '../lib/format.ts';
import { useStore } from '../lib/use-store.ts';
import { describeStatus } from '../orders/order-text.ts';
import { useShop } from '../shop.ts';
import { BuyForm } from './buy-form.tsx';
import { describeLimit } from './quantities.ts';
import { StockLine } from './stock-line.tsx';
import { useSeen, useStock } from './use-stock.ts';

export function ProductCard({ product }: { readonly product: ProductResource }) {
  const { purchases, orders } = useShop();
  const card = useRef<HTMLLIElement>(null);
  const stock = useStock(product.sku, useSeen(card));
  const purchase = useStore(purchases.current).get(product.sku);
  const order = useStore(orders.list)?.find(({ orderId }) => orderId === purchase?.orderId);
  const [tone, status] = describeStatus(purchase, order);
  return (
    <li class="card" ref={card}>
      <Picture product={product} />
      <h3>{product.name}</h3>
      <p class="price">
        {money(product.unitPrice, product.currency)}
        <span class="limit"> {describeLimit(product)}</span>
      </p>
      <StockLine stock={stock} />
      <BuyForm product={product} stock={stock} purchase={purchase} order={order} />
      <p class={`status ${tone}`}>{status}</p>
    </li>
  );
}

/** The catalog has no pictures; a colour and a letter distinguish products. */
function Picture({ product }: { readonly product: ProductResource }) {
  let hue = 0;
  for (const character of product.sku) hue = (hue * 31 + character.charCodeAt(0)) % 360;
  return (
    <div class="picture" aria-hidden="true" style={{ '--hue': String(hue) }}>
      {product.name.slice(0, 1).toUpperCase()}
    </div>
  );
}
