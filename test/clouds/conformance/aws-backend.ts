import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { redriveClients, sqsDeadLetters, sqsQueue } from '../../../scripts/operations/redrive/sqs.ts';
import { startEmbedded } from '../../../scripts/platform/engine/host.ts';
import { clientOptions, type Target } from '../../../scripts/platform/engine/target.ts';
import { Gateway } from '../../../scripts/platform/gateway/gateway.ts';
import { createWorkspace } from '../../../scripts/platform/process/workspace.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { synthesize } from '../../synth/aws/synthesize.ts';
import { awsStream } from './aws-stream.ts';
import type { Backend, BackendOffer, CloudPorts, Received } from './backend.ts';

export const aws: BackendOffer = {
  name: 'AWS',
  leavesOut: {},
  find: () => ({ engine: 'the embedded emulator' }),
  open,
};

const stage = stages.local;

/** Tables, queues and bus of the local stage's templates, on their own engine, without functions that take messages. */
async function open(): Promise<Backend> {
  const workspace = createWorkspace();
  const gateway = new Gateway();
  await gateway.start();
  const { target, engine } = await startEmbedded({ workspace, gateway, onProgress: () => {} });
  const names = await createResources(target);
  setEnvironment(target);
  const sqs = new SQSClient(clientOptions(target));
  const { queue, deadLetters } = names;
  const clients = redriveClients(clientOptions(target));
  return {
    ports: await portsOn(names),
    maxDeliveries: stage.queues.maxReceiveCount,
    receive: async (visibilityTimeoutSeconds) =>
      (await receive(sqs, queue, visibilityTimeoutSeconds)).map((message) => toReceived(sqs, queue, message)),
    deliver: (work) => deliver(sqs, queue, work),
    deadLetterBodies: async () => (await receive(sqs, deadLetters, 0)).map(({ Body = '' }) => Body),
    async dueFulfilments() {
      const messages = await receive(sqs, names.fulfilments, 30);
      await Promise.all(messages.map((message) => toReceived(sqs, names.fulfilments, message).done()));
      return messages.map(({ Body = '' }) => Body);
    },
    drain: awsStream(target, names.orders),
    redrivable: {
      queue: sqsDeadLetters('order-requests-dlq', deadLetters, clients),
      destination: sqsQueue('order-requests', queue, clients),
    },
    whileBusy: (work) => whileBusy(gateway, work),
    async close() {
      sqs.destroy();
      await engine.stop();
      await gateway.stop();
      workspace.remove();
    },
  };
}

/** The adapters create their clients on import, from these variables. */
function setEnvironment({ endpointUrl = '', region, credentials }: Target): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
}

type Names = Readonly<
  Record<
    'orders' | 'stock' | 'catalog' | 'views' | 'coordination' | 'queue' | 'deadLetters' | 'fulfilments' | 'bus',
    string
  >
>;

async function createResources(target: Target): Promise<Names> {
  const { data, service } = synthesize(stage);
  const kept = /^AWS::(DynamoDB::GlobalTable|SQS::Queue|Events::EventBus)$/;
  const all = { ...data.toJSON().Resources, ...service.toJSON().Resources } as Record<string, { Type: string }>;
  const Resources = Object.fromEntries(Object.entries(all).filter(([, { Type }]) => kept.test(Type)));
  const findId = (property: string, name: string) =>
    Object.entries(Resources).find(
      ([, resource]) => (resource as { Properties?: Record<string, unknown> }).Properties?.[property] === name,
    )?.[0] ?? name;
  const physical = (thing: string) => physicalName(stage.name, thing);
  const Outputs = {
    orders: { Value: physical('orders') },
    stock: { Value: physical('stock') },
    catalog: { Value: physical('catalog') },
    views: { Value: physical('views') },
    coordination: { Value: physical('coordination') },
    bus: { Value: physical('events') },
    queue: { Value: { Ref: findId('QueueName', physical('order-requests')) } },
    deadLetters: { Value: { Ref: findId('QueueName', physical('order-requests-dlq')) } },
    fulfilments: { Value: { Ref: findId('QueueName', physical('fulfilment-requests')) } },
  };
  const cloudFormation = new CloudFormationClient(clientOptions(target));
  const StackName = 'conformance';
  await cloudFormation.send(
    new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources, Outputs }) }),
  );
  await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 60, minDelay: 1 }, { StackName });
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  cloudFormation.destroy();
  const outputs = (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
  return Object.fromEntries(outputs) as Names;
}

async function portsOn(names: Names): Promise<CloudPorts> {
  const { orders, stock, catalog, views, coordination, queue, deadLetters, fulfilments, bus } = names;
  const [messaging, eventBus, order, ledger, product, stocks, view, breaker, lease, rights, open, transfers, client] =
    await Promise.all([
      import('../../../functions/adapters/aws/messaging.ts'),
      import('../../../functions/adapters/aws/event-bus.ts'),
      import('../../../functions/adapters/aws/orders.ts'),
      import('../../../functions/adapters/aws/ledger.ts'),
      import('../../../functions/adapters/aws/products.ts'),
      import('../../../functions/adapters/aws/stock.ts'),
      import('../../../functions/adapters/aws/views.ts'),
      import('../../../functions/adapters/aws/breaker.ts'),
      import('../../../functions/adapters/aws/lease.ts'),
      import('../../../functions/escrow/dynamodb-store.ts'),
      import('../../../functions/adapters/aws/open-orders.ts'),
      import('../../../functions/adapters/aws/transfers.ts'),
      import('../../../functions/adapters/aws/clients/dynamodb-client.ts'),
    ]);
  return {
    orders: order.orderStore(orders),
    open: open.openOrders(orders),
    ledger: ledger.orderLedger({ orders, stock }),
    groupLedger: ledger.orderLedger({ orders, stock }),
    products: { ...product.productReader(catalog, { consistent: true }), ...product.productWriter(catalog) },
    stock: { ...stocks.stockLevels(stock), ...stocks.stockSupply({ stock, catalog }) },
    views: view.salesViews(views),
    groupViews: view.salesViews(views),
    sales: view.salesReader(views),
    queue: messaging.orderQueue(queue),
    deadLetters: messaging.deadLetters(deadLetters),
    bus: eventBus.eventBus(bus),
    rights: rights.rightsStore(stock),
    transfers: {
      lender: transfers.lender({ region: 'here', table: stock }, client.documents),
      receiver: transfers.transferReceiver(stock),
    },
    fulfilments: messaging.fulfilmentQueue(fulfilments),
    breakers: breaker.breakerStore(coordination),
    leases: lease.leaseStore(coordination),
    notes: lease.fencedNotes(coordination),
  };
}

async function receive(sqs: SQSClient, QueueUrl: string, VisibilityTimeout: number): Promise<readonly Message[]> {
  const request = { QueueUrl, VisibilityTimeout, MaxNumberOfMessages: 10 };
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ ...request, MessageSystemAttributeNames: ['ApproximateReceiveCount'] }),
  );
  return Messages;
}

function toReceived(sqs: SQSClient, QueueUrl: string, { Body, Attributes, ReceiptHandle }: Message): Received {
  return {
    body: Body ?? '',
    delivery: Number(Attributes?.ApproximateReceiveCount),
    done: async () => void (await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))),
  };
}

/** Like Lambda's poller: deletes a processed message and makes a failed one visible; the queue dead-letters it. */
async function deliver(sqs: SQSClient, QueueUrl: string, work: (body: string) => Promise<void>): Promise<void> {
  for (;;) {
    const messages = await receive(sqs, QueueUrl, 30);
    if (messages.length === 0) return;
    for (const { Body = '', ReceiptHandle } of messages) {
      const end = await work(Body).then(
        () => new DeleteMessageCommand({ QueueUrl, ReceiptHandle }),
        () => new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
      );
      await (end instanceof DeleteMessageCommand ? sqs.send(end) : sqs.send(end));
    }
  }
}

/** The gateway answers instead of the store, as DynamoDB does for a throttled table. */
async function whileBusy<Result>(gateway: Gateway, work: () => Promise<Result>): Promise<Result> {
  const __type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
  const busy = ({ operation }: { operation: string }) =>
    operation === 'TransactWriteItems'
      ? new Response(JSON.stringify({ __type, message: 'busy' }), {
          status: 400,
          headers: { 'content-type': 'application/x-amz-json-1.0' },
        })
      : undefined;
  gateway.before.push(busy);
  try {
    return await work();
  } finally {
    gateway.before.splice(gateway.before.indexOf(busy), 1);
  }
}
