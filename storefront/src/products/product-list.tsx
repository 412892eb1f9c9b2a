import { useStore } from '../lib/use-store.ts';
import { useShop } from '../shop.ts';
import { ProductCard } from './product-card.tsx';

const expected = ['a', 'b', 'c', 'd'];

export function ProductList() {
  const { catalog, pauses } = useShop();
  const products = useStore(catalog.products);
  const failure = useStore(catalog.failure);
  const next = useStore(catalog.next);
  return (
    <section class="products" aria-labelledby="products" aria-busy={!products && !failure}>
      <h2 id="products">On sale</h2>
      {failure && (
        <div class="nothing" role="alert">
          <p>{failure.text} We keep trying.</p>
          <button type="button" onClick={pauses.end}>
            Try now
          </button>
        </div>
      )}
      {products?.length === 0 && <p class="nothing">Nothing is on sale yet.</p>}
      <ul class="cards">
        {products?.map((product) => (
          <ProductCard key={product.sku} product={product} />
        ))}
        {!products && !failure && expected.map((name) => <li key={name} class="card empty" aria-hidden="true" />)}
      </ul>
      {next !== undefined && (
        <button type="button" class="quiet more" onClick={() => catalog.more()}>
          Show more
        </button>
      )}
    </section>
  );
}
