import { deadLetterQueuesIn, servicesIn, streamReadersIn } from '../access.ts';
import { apiServices, rowReaders, type Service, tableNames } from '../services.ts';
import type { Cell } from '../stages/regions.ts';
import { functionMetric, type MetricRow, queueMetric, serviceMetric, tableMetric } from './metrics.ts';

export interface GraphRow {
  readonly title: string;
  readonly metrics: readonly MetricRow[];
}

const depth = 'ApproximateNumberOfMessagesVisible';
const fulfilmentCounters = [
  'OrdersFulfilled',
  'OrdersRefused',
  'FulfilmentsPostponed',
  'BreakerOpened',
  'BreakerRefused',
];

/** One page, two graphs a row, in data-flow order. */
export function dashboardRows(cell: Cell): GraphRow[][] {
  return [...workRows(cell), ...lagRows(cell), ...troubleRows(cell)];
}

function workRows(cell: Cell): GraphRow[][] {
  const { name: stage } = cell;
  return [
    [
      row('API latency p99 (ms)', perFunction(stage, 'Duration', 'p99', apiServices)),
      row('Invocations a minute', perFunction(stage, 'Invocations', 'Sum', servicesIn(cell))),
    ],
    [
      row('Orders waiting', [queueMetric(stage, 'order-requests', depth)]),
      row('Oldest order waiting (s)', [queueMetric(stage, 'order-requests', 'ApproximateAgeOfOldestMessage')]),
    ],
    [
      row('Orders to hand over', [queueMetric(stage, 'fulfilment-requests', depth)]),
      row(
        'Fulfilment a minute',
        fulfilmentCounters.map((counter) => serviceMetric(stage, 'fulfilment', counter)),
      ),
    ],
  ];
}

function lagRows(cell: Cell): GraphRow[][] {
  const { name: stage } = cell;
  return [
    [
      row('Views and CDN behind (ms)', perFunction(stage, 'IteratorAge', 'Maximum', streamReadersIn(cell))),
      row(
        'Dead letters',
        deadLetterQueuesIn(cell).map((queue) => queueMetric(stage, queue, depth)),
      ),
    ],
  ];
}

function troubleRows(cell: Cell): GraphRow[][] {
  const { name: stage } = cell;
  return [
    [
      row('Errors a minute', perFunction(stage, 'Errors', 'Sum', servicesIn(cell))),
      row('Throttles a minute', [
        ...perFunction(stage, 'Throttles', 'Sum', servicesIn(cell)),
        ...tableNames.map((table) => tableMetric(cell, table, 'WriteThrottleEvents')),
      ]),
    ],
    [
      row(
        'Unreadable rows',
        rowReaders.map((service) => serviceMetric(stage, service, 'UnreadableRows')),
      ),
    ],
  ];
}

const perFunction = (stage: string, metric: string, statistic: string, names: readonly Service[]) =>
  names.map((name) => functionMetric(stage, name, metric, statistic));

const row = (title: string, metrics: readonly MetricRow[]): GraphRow => ({ title, metrics });
