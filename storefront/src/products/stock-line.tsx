import { age, count } from '../lib/format.ts';
import { useNow } from '../lib/use-now.ts';
import type { Stock } from './use-stock.ts';

const oldMs = 15_000;

/** The estimated remaining stock and its age. */
export function StockLine({ stock }: { readonly stock: Stock | undefined }) {
  const now = useNow(1_000);
  if (!stock)
    return (
      <div class="stock">
        <Bar share={0} />
        <p>Checking stock…</p>
      </div>
    );
  const { left, supplied, asOf } = stock;
  const old = Math.max(0, now - asOf);
  const text = `${age(old)} ago`;
  return (
    <div class="stock">
      <Bar share={supplied > 0 ? left / supplied : 0} />
      <p>
        <span class={left > 0 ? '' : 'gone'}>
          {left > 0 ? `About ${count(left)} of ${count(supplied)} left` : 'Sold out'}
        </span>
        {/* Keyed: a longer right-aligned text starts further left, which would be a layout shift in the same element. */}
        <span key={text.length} class={old > oldMs ? 'age old' : 'age'}>
          {text}
        </span>
      </p>
    </div>
  );
}

function Bar({ share }: { readonly share: number }) {
  const level = share > 0.25 ? 'much' : 'little';
  return (
    <div class={`bar ${level}`} aria-hidden="true">
      <div class="level" style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}
