import { queues } from '../../../../functions/adapters/azure/resources.ts';
import { countSteps } from '../calibration/count-steps.ts';

const standIns = new URL('stand-ins.ts', import.meta.url);

await countSteps(
  'azure.ts',
  {
    ...{ '/azure/app.ts': standIns, '/azure/storage.ts': standIns, './storage.ts': standIns },
    ...{ '/azure/table-store.ts': standIns, '/azure/secret.ts': standIns },
  },
  {
    ...{ orders: queues.orders, settlement: queues.orders, events: queues.outbox, projection: queues.outbox },
    ...{ fulfilments: [queues.fulfilments], fulfilment: queues.fulfilments, sweeper: 'sweepOrders' },
  },
);
