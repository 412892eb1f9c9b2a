import type { Draft } from '../draft.ts';
import type { Spelling } from './spelling.ts';

/** The steps that use every permission of the function. */
export function addProbe(draft: Draft, step: Spelling): void {
  const { name } = step;
  draft.create(`scripts/lab/grants/${name}-probe.ts`, probe(step));
  draft.after('scripts/lab/grants/try-grant.ts', ['probes', 'fulfilment'], `${name}: ${name}Probe`);
  draft.import('scripts/lab/grants/try-grant.ts', [`${name}Probe`], `./${name}-probe.ts`);
}

/** Guessed like the others, until `npm run tune` measures it. */
export function addPlanning(draft: Draft, { name }: Spelling): void {
  draft.after('scripts/planner/processor-times.ts', ['guessedTimes', 'fulfilment'], `${name}: time(5, 0.5)`);
  draft.after(
    'scripts/planner/calibration/worker.ts',
    ['handlers', "=...{ fulfilment: await load('fulfilment'), sweeper: await load('sweeper') }"],
    `${name}: await load('${name}')`,
  );
}

const probe = ({ name, capital }: Spelling): string => `import { randomUUID } from 'node:crypto';
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
