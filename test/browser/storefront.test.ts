import { inject, test } from 'vitest';

const noChromium = inject('noChromium');

// Loaded on demand: the tests contact the platform at once, and without a browser none is running.
if (noChromium === undefined) {
  await import('./storefront.ts');
  await import('./orders.ts');
  await import('./report.ts');
} else test('the storefront in a browser', (context) => context.skip(noChromium));
