import { inject, test } from 'vitest';

const noChromium = inject('noChromium');

// Loaded only then: the tests ask the platform at once, and without a browser none was started.
if (noChromium === undefined) await import('./storefront.ts');
else test('the storefront in a browser', (context) => context.skip(noChromium));
