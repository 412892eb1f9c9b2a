import { useStore } from '../lib/use-store.ts';
import { OrderList } from '../orders/order-list.tsx';
import { ProductList } from '../products/product-list.tsx';
import { useShop } from '../shop.ts';
import { FailureBanner } from './failure-banner.tsx';
import { Header } from './header.tsx';

export function App() {
  const { catalog, spoken } = useShop();
  const opened = useStore(catalog.products) !== undefined;
  const failed = useStore(catalog.failure) !== undefined;
  return (
    <>
      <Header />
      <main>
        <ProductList />
        {/* Rendered after the products: it is below them on a narrow screen and would otherwise move. */}
        {(opened || failed) && <OrderList />}
      </main>
      <FailureBanner />
      <p class="spoken" role="status">
        {useStore(spoken)}
      </p>
    </>
  );
}
