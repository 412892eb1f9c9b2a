import type { Spelling } from '../spelling.ts';

export const probe = ({ name }: Spelling): string => `import { freshProduct } from './actions.ts';
import { expectStatus, type Step } from './probe.ts';

export const ${name}Probe: readonly Step[] = [
  {
    name: 'read the ${name} of a product',
    run: async (deployment) => {
      const path = \`/products/\${await freshProduct(deployment, 10)}/${name}\`;
      expectStatus(200, await deployment.shop.once({ method: 'GET', path }));
    },
  },
];
`;
