import { render } from 'preact';
import { App } from './page/app.tsx';
import { openShop, ShopContext } from './shop.ts';

const app = document.getElementById('app');
if (!app) throw new Error('index.html has no #app');
render(
  <ShopContext value={openShop()}>
    <App />
  </ShopContext>,
  app,
);
