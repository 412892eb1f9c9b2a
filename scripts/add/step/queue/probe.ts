import type { Spelling } from '../spelling.ts';

export const probe = ({ name, capital }: Spelling): string => `import { randomUUID } from 'node:crypto';
import { freshProduct, invokeWorker, placeOrder, takeMessage, traceparent } from './actions.ts';
import type { Step } from './probe.ts';

export const ${name}Probe: readonly Step[] = [
  {
    name: 'process an order',
    run: async (deployment) => {
      const { orderId } = await placeOrder(deployment, await freshProduct(deployment, 10));
      const body = JSON.stringify({ v: 1, traceparent, order: { orderId } });
      await invokeWorker(deployment, '${name}', [{ messageId: orderId, body }]);
    },
  },
  {
    name: 'put a poison message into the dead-letter queue',
    run: async (deployment) => {
      const poison = \`poison-\${randomUUID()}\`;
      await invokeWorker(deployment, '${name}', [{ messageId: poison, body: poison }]);
      await takeMessage(deployment, deployment.output('${capital}DeadLetterUrl'), poison);
    },
  },
];
`;
