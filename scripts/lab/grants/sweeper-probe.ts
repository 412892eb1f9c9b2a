import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { openValue, orderKey } from '../../../functions/adapters/aws/keys.ts';
import { confirmOrder, type Order, type OrderState } from '../../../functions/domain/order.ts';
import { letStand, type SweeperParts, sweepUntil } from '../../sale/sweeper.ts';
import { freshProduct } from './actions.ts';
import type { Deployment } from './deployment.ts';
import { eventually, expectSame, ProbeFailure, type Step } from './probe.ts';
import { buildOrder, readState } from './worker-probes.ts';

export const sweeperProbe: readonly Step[] = [
  {
    name: 're-enqueue an order that was never settled',
    run: async (deployment) => {
      const order = buildOrder(await freshProduct(deployment, 1), 2, new Date().toISOString());
      await sweepOne(deployment, order, 'REJECTED');
    },
  },
  {
    name: 're-enqueue an order that was never handed over',
    run: async (deployment) => {
      const at = new Date(Date.now() - 3_600_000).toISOString();
      const order = buildOrder(await freshProduct(deployment, 1), 1, at);
      await sweepOne(deployment, confirmOrder(order, [{ shard: 0, quantity: 1 }], at), 'FULFILLED');
    },
  },
];

/** Sweeps an order that is in no queue to its final state. */
async function sweepOne(deployment: Deployment, order: Order, end: OrderState): Promise<void> {
  const { lambda, documents, stage } = deployment;
  const [ordersTable, coordinationTable] = [deployment.output('OrdersTable'), deployment.output('CoordinationTable')];
  const Item = {
    ...orderKey(order.orderId),
    v: 1,
    ...order,
    requestHash: 'grants-probe',
    open: openValue(order.orderId),
  };
  await documents.send(new PutCommand({ TableName: ordersTable, Item }));
  const parts: SweeperParts = { lambda, documents, stage, ordersTable, coordinationTable };
  await sweepUntil(parts, await letStand(parts, [order])).catch((error: Error) => {
    throw new ProbeFailure(error.message);
  });
  await eventually(async () => expectSame('state', end, await readState(deployment, order.orderId)));
}
