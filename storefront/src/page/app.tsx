import { useStore } from '../lib/use-store.ts';
import { OrderList } from '../orders/order-list.tsx';
import { ProductList } from '../products/product-list.tsx';
import { useShop } from '../shop.ts';
import { Header } from './header.tsx';
import { TroubleBar } from './trouble-bar.tsx';

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
      <TroubleBar />
      <p class="spoken" role="status">
        {useStore(spoken)}
      </p>
    </>
  );
}
