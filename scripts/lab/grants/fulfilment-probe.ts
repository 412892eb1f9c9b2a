import { randomBytes, randomUUID } from 'node:crypto';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { breakerKey, orderKey } from '../../../functions/adapters/aws/keys.ts';
import { confirmOrder } from '../../../functions/domain/order.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { partnerClient } from '../../platform/partner/client.ts';
import type { PartnerScriptInput } from '../../platform/partner/script.ts';
import { freshProduct, invokeWorker, takeMessage, traceparent } from './actions.ts';
import type { Deployment } from './deployment.ts';
import { expectSame, type Step } from './probe.ts';
import { buildOrder, readState } from './worker-probes.ts';

/** Enough failures to open the breaker, unless as many calls succeeded within its one-minute window. */
const enough = 6;
const mostRounds = 8;

export const fulfilmentProbe: readonly Step[] = [
  {
    name: 'hand an order over',
    run: async (deployment) => {
      // A failed probe may have opened the breaker, and a secret that could not be read is retried after its pause.
      await closeBreaker(deployment);
      const [order = ''] = await handOver(deployment, 1);
      expectSame('state', 'FULFILLED', await readState(deployment, order));
    },
  },
  {
    name: 'sign with a rotated secret',
    run: async (deployment) => {
      const secrets = await rotateSecret(deployment);
      try {
        const [order = ''] = await handOver(deployment, 1);
        expectSame('state', 'FULFILLED', await readState(deployment, order));
      } finally {
        // Other environments sign with the old secret for minutes; the next steps need the partner to accept them.
        await partnerClient(deployment.partnerUrl).accept(secrets);
      }
    },
  },
  {
    name: 'give back the units of a refused order',
    run: (deployment) =>
      withPartner(deployment, { refuseShare: 1 }, async () => {
        const [order = ''] = await handOver(deployment, 1);
        expectSame('state', 'CANCELLED', await readState(deployment, order));
      }),
  },
  {
    name: 'postpone orders during a partner outage, and open the breaker',
    run: (deployment) =>
      withPartner(deployment, { down: true }, async () => {
        for (let round = 0; round < mostRounds && (await readBreaker(deployment)) !== 'OPEN'; round++)
          await handOver(deployment, enough);
        expectSame('breaker', 'OPEN', await readBreaker(deployment));
      }),
  },
  {
    name: 'make no call while the breaker is open',
    run: async (deployment) => {
      await openBreaker(deployment);
      try {
        const [order = ''] = await handOver(deployment, 1);
        expectSame('state', 'CONFIRMED', await readState(deployment, order));
      } finally {
        await closeBreaker(deployment);
      }
    },
  },
  {
    name: 'put a poison message into the dead-letter queue',
    run: async (deployment) => {
      const poison = `poison-${randomUUID()}`;
      await invokeWorker(deployment, 'fulfilment', [{ messageId: poison, body: poison }]);
      await takeMessage(deployment, deployment.output('FulfilmentDeadLetterUrl'), poison);
    },
  },
];

async function handOver(deployment: Deployment, count: number): Promise<string[]> {
  const orders = await storeOrders(deployment, count);
  await invokeWorker(deployment, 'fulfilment', orders.map(toMessage));
  return orders;
}

const toMessage = (orderId: string) => ({
  messageId: orderId,
  body: JSON.stringify({ v: 1, traceparent, order: { orderId } }),
});

/** Stores orders that were confirmed an hour ago and are in no queue. */
async function storeOrders(deployment: Deployment, count: number): Promise<string[]> {
  const sku = await freshProduct(deployment, 10);
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const orders = Array.from({ length: count }, () =>
    confirmOrder(buildOrder(sku, 1, at), [{ shard: 0, quantity: 1 }], at),
  );
  const TableName = deployment.output('OrdersTable');
  for (const order of orders) {
    const Item = { ...orderKey(order.orderId), v: 1, ...order, requestHash: 'grants-probe' };
    await deployment.documents.send(new PutCommand({ TableName, Item }));
  }
  return orders.map(({ orderId }) => orderId);
}

/**
 * The partner drops the old secret immediately, so environments that cached it must read the new one.
 *
 * @returns the new secret and the previous one
 */
async function rotateSecret({ secrets, stage, partnerUrl }: Deployment): Promise<readonly string[]> {
  const SecretId = physicalName(stage, 'partner-signing-key');
  const { SecretString: before = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const SecretString = randomBytes(36).toString('base64');
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  await partnerClient(partnerUrl).accept([SecretString]);
  // Functions read at most once per second.
  await waitForRefresh();
  return [SecretString, before];
}

async function withPartner(deployment: Deployment, script: PartnerScriptInput, work: () => Promise<void>) {
  const partner = partnerClient(deployment.partnerUrl);
  await partner.setScript(script);
  try {
    await work();
  } finally {
    await partner.setScript({});
    await closeBreaker(deployment);
  }
}

const breakerRow = (deployment: Deployment) => ({
  TableName: deployment.output('CoordinationTable'),
  Key: breakerKey('partner'),
});

async function readBreaker(deployment: Deployment): Promise<unknown> {
  const { Item } = await deployment.documents.send(new GetCommand({ ...breakerRow(deployment), ConsistentRead: true }));
  return Item?.state;
}

/** Opens the breaker on behalf of an environment that no longer exists. */
async function openBreaker(deployment: Deployment): Promise<void> {
  const { TableName, Key } = breakerRow(deployment);
  const Item = { ...Key, v: 1, state: 'OPEN', version: 1, until: Date.now() + 60_000 };
  await deployment.documents.send(new PutCommand({ TableName, Item }));
  await waitForRefresh();
}

async function closeBreaker(deployment: Deployment): Promise<void> {
  await deployment.documents.send(new DeleteCommand(breakerRow(deployment)));
  await waitForRefresh();
}

/** Environments cache the breaker's state for a second. */
const waitForRefresh = () => new Promise((resolve) => setTimeout(resolve, 1_100));
