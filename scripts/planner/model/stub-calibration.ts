import type { Service, TableName } from '../../../stacks/model/services.ts';
import type { Calibration, StepWork, TableWork, Work } from '../types.ts';
import type { ProcessorTimes } from './durations.ts';

// TEMPORARY until scripts/planner/calibration exists.
type Tables = Partial<Record<TableName, Partial<TableWork>>>;
const work = (tables: Tables, rest: Partial<Work> = {}): Work => ({
  tables: Object.fromEntries(
    Object.entries(tables).map(([name, one]) => [
      name,
      { calls: 1, readUnits: 0, writeUnits: 0, indexWriteUnits: 0, storedBytes: 0, ...one },
    ]),
  ),
  queues: {},
  events: { count: 0, bytes: 0 },
  partnerCalls: 0,
  roundTrips: 1,
  responseBytes: 300,
  ...rest,
});
const step = (service: Service, perOrder: Work, perGroup: Work = work({}, { roundTrips: 0 })): StepWork => ({
  service,
  perOrder,
  perGroup,
});
export const stubCalibration: Calibration = {
  steps: {
    placeOrder: step('intake', work({ catalog: { readUnits: 0.5 }, orders: { writeUnits: 1, indexWriteUnits: 2, storedBytes: 1200 } }, { roundTrips: 3, queues: { 'order-requests': { messages: 1, bytes: 200 } } })),
    repeatPost: step('intake', work({ catalog: { readUnits: 0.5 }, orders: { writeUnits: 1 } }, { roundTrips: 3, queues: { 'order-requests': { messages: 1, bytes: 200 } } })),
    getProduct: step('catalog', work({ catalog: { readUnits: 0.5 } })),
    getStock: step('catalog', work({ catalog: { readUnits: 0.5 }, views: { readUnits: 4 } })),
    listProducts: step('catalog', work({ catalog: { readUnits: 2 } })),
    getOrder: step('intake', work({ orders: { readUnits: 1 } })),
    listOrders: step('intake', work({ orders: { readUnits: 1 } })),
    cancelOrder: step('intake', work({ orders: { readUnits: 1, writeUnits: 4, indexWriteUnits: 2 }, stock: { writeUnits: 2 } })),
    confirm: step('settlement', work({ orders: { readUnits: 1, writeUnits: 4, indexWriteUnits: 2, storedBytes: 600 } }, { roundTrips: 2 }), work({ stock: { writeUnits: 2 } })),
    reject: step('settlement', work({ orders: { readUnits: 1, writeUnits: 4, indexWriteUnits: 2, storedBytes: 600 }, stock: { readUnits: 20 } }, { roundTrips: 2 })),
    project: step('projection', work({ views: { writeUnits: 2 } }, { roundTrips: 2, events: { count: 1, bytes: 500 }, queues: { 'fulfilment-requests': { messages: 0.3, bytes: 400 } } }), work({ views: { writeUnits: 2 } })),
    fulfil: step('fulfilment', work({ orders: { readUnits: 1, writeUnits: 8, indexWriteUnits: 4, storedBytes: 1200 } }, { roundTrips: 3, partnerCalls: 1 })),
    fulfilUnanswered: step('fulfilment', work({ orders: { readUnits: 1 } }, { roundTrips: 2, queues: { 'fulfilment-requests': { messages: 1, bytes: 400 } } })),
    sweep: step('sweeper', work({ orders: { readUnits: 0.1 } }), work({ coordination: { readUnits: 2, writeUnits: 4 } })),
  },
  groupMax: { unlimited: 49, limited: 33 },
  source: { source: 'stub', date: '2026-11', mark: 'guessed' },
};
const time = (perCallMs: number, perOrderMs: number) => ({ perCallMs, perOrderMs });
export const stubProcessor: ProcessorTimes = {
  catalog: time(2, 0), intake: time(4, 0), settlement: time(5, 1.5), projection: time(5, 0.8), fulfilment: time(5, 1.5),
  sweeper: time(10, 0.1), stock: time(4, 0), invalidation: time(10, 0.1),
};
