import { onTestFinished, vi } from 'vitest';
import { documents } from '../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { sqs } from '../../../functions/adapters/aws/clients/sqs-client.ts';
import { orderLedger } from '../../../functions/adapters/aws/ledger.ts';
import { orderQueue } from '../../../functions/adapters/aws/messaging.ts';
import { orderStore } from '../../../functions/adapters/aws/orders.ts';
import { productReader, productWriter } from '../../../functions/adapters/aws/products.ts';
import { stockLevels, stockSupply } from '../../../functions/adapters/aws/stock.ts';
import { memoryPartitions } from '../../../functions/adapters/memory/partition-store.ts';
import { partitionPorts } from '../../../functions/adapters/single-partition/ports.ts';
import type { Command } from '../../../scripts/dynamodb/consumed.ts';
import { execute } from '../../../scripts/dynamodb/execute.ts';
import { Tables } from '../../../scripts/dynamodb/tables.ts';
import { lostAnswerTests } from '../../support/lost-answer-tests.ts';
import type { Faults, Shop } from '../../support/lost-answers.ts';
import { memorySystem } from '../../support/memory-system.ts';

type Methods = Readonly<Record<string, (...given: never[]) => Promise<unknown>>>;

/** Puts the faults before every method of a port. */
function spoilt<Port extends object>(port: Port, faults: Faults): Port {
  const methods = Object.entries(port as Methods).map(([name, call]) => [
    name,
    (...given: never[]) => faults.run(() => call(...given)),
  ]);
  return Object.fromEntries(methods) as Port;
}

function memoryShop(faults: Faults): Shop {
  const { state, ports } = memorySystem();
  const { orders, products, stock, ledger, queue } = ports;
  const stores = { orders, products, stock, ledger, queue };
  const spoiltStores = Object.fromEntries(
    Object.entries(stores).map(([name, port]) => [name, spoilt(port, faults)]),
  ) as typeof stores;
  return { ports: { ...ports, ...spoiltStores }, faults, queued: () => state.queue.length };
}

/** The single-partition adapters, which run on Azure. */
function partitionShop(faults: Faults): Shop {
  const { state, ports } = memorySystem();
  const stores = partitionPorts(spoilt(memoryPartitions().store, faults));
  return {
    ports: { ...ports, ...stores, queue: spoilt(ports.queue, faults) },
    faults,
    queued: () => state.queue.length,
  };
}

function dynamoShop(faults: Faults): Shop {
  const { ports } = memorySystem();
  const refuse = (text: string) => new Error(text);
  const tables = new Tables({ now: () => 0, watch: () => {}, refuse });
  let queued = 0;
  const answer = (command: Command) => {
    const answered = execute(tables, command);
    if (answered instanceof Error) throw answered;
    return answered;
  };
  const spies = [
    vi.spyOn(documents, 'send').mockImplementation((command: unknown) => faults.run(() => answer(command as Command))),
    vi.spyOn(sqs, 'send').mockImplementation(() => faults.run(() => ({ MessageId: String(queued++) }))),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  const stores = {
    orders: orderStore('orders'),
    ledger: orderLedger({ orders: 'orders', stock: 'stock' }),
    products: { ...productReader('catalog', { consistent: true }), ...productWriter('catalog') },
    stock: { ...stockLevels('stock'), ...stockSupply({ stock: 'stock', catalog: 'catalog' }) },
    queue: orderQueue('order-requests'),
  };
  return { ports: { ...ports, ...stores }, faults, queued: () => queued };
}

lostAnswerTests('the memory system', memoryShop);
lostAnswerTests('AWS', dynamoShop);
lostAnswerTests('single partitions', partitionShop);
