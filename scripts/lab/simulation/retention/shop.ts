import { marshall } from '@aws-sdk/util-dynamodb';
import { parseOrderEvent } from '../../../../functions/adapters/aws/lambda/stream.ts';
import { orderLedger } from '../../../../functions/adapters/aws/ledger.ts';
import { orderStore } from '../../../../functions/adapters/aws/orders.ts';
import { productReader, productWriter } from '../../../../functions/adapters/aws/products.ts';
import { stockLevels, stockSupply } from '../../../../functions/adapters/aws/stock.ts';
import { salesViews } from '../../../../functions/adapters/aws/views.ts';
import type { OrderEvent, StoredEvent } from '../../../../functions/contracts/order-event.ts';
import { projectEvents } from '../../../../functions/projection/events.ts';
import type { Item } from '../../../dynamodb/expressions.ts';
import type { Tables } from '../../../dynamodb/tables.ts';
import { simulateTables } from '../dynamodb/client.ts';
import { simulatedRuntime } from '../runtime.ts';
import type { Calls } from '../world/calls.ts';
import type { Scheduler } from '../world/scheduler.ts';
import { Stream } from '../world/stream.ts';

/** Longer than minutes are kept, so that every row of a minute is the sum of present orders. */
export const retentionDays = 40;

export type ShopPorts = ReturnType<typeof openPorts>;

/** The real adapters over simulated tables, whose stream feeds the projection. */
export class Shop {
  readonly published: OrderEvent[] = [];
  readonly ports: ShopPorts;
  readonly tables: Tables;
  readonly #stream: Stream<object>;

  constructor(scheduler: Scheduler, calls: Calls, onStored: (table: string, row: Item) => void) {
    // A stream keeps records for a day, so that none is replayed after its rows expired.
    this.#stream = new Stream<object>(scheduler, (records) => this.#project(records), { replay: 0 });
    this.tables = simulateTables(calls, (table, before, after) => {
      onStored(table, after);
      if (!before && String(after.sk).startsWith('EVENT#')) this.#stream.push(String(after.pk), marshall(after));
    });
    this.ports = openPorts(scheduler);
  }

  async #project(records: readonly { readonly id: string; readonly image: object }[]): Promise<ReadonlySet<string>> {
    const ids = new Map<StoredEvent, string>();
    for (const { id, image } of records) {
      const event = parseOrderEvent({ dynamodb: { NewImage: image } });
      if (event) ids.set(event, id);
    }
    const publish = async (events: readonly OrderEvent[]) => {
      this.published.push(...events.map(({ v, type, traceparent, order }) => ({ v, type, traceparent, order })));
      return [];
    };
    const continueTrace = (traceparent: string) => traceparent;
    const again = await projectEvents([...ids.keys()], {
      ...{ ...this.ports, bus: { publish }, continueTrace },
      requireTime: () => {},
    });
    return new Set(again.map((event) => ids.get(event) ?? ''));
  }
}

function openPorts(scheduler: Scheduler) {
  return {
    ...simulatedRuntime(scheduler),
    orders: orderStore('orders'),
    ledger: orderLedger({ orders: 'orders', stock: 'stock' }, { days: retentionDays }),
    products: { ...productReader('catalog', { consistent: true }), ...productWriter('catalog') },
    stock: { ...stockLevels('stock'), ...stockSupply({ stock: 'stock', catalog: 'catalog' }) },
    views: salesViews('views'),
  };
}
