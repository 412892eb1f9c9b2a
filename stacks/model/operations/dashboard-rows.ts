import {
  apiServices,
  deadLetterQueues,
  rowReaders,
  type Service,
  serviceNames,
  streamReaders,
  tableNames,
} from '../services.ts';
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
export function dashboardRows(stage: string): GraphRow[][] {
  return [...workRows(stage), ...lagRows(stage), ...troubleRows(stage)];
}

function workRows(stage: string): GraphRow[][] {
  return [
    [
      row('API latency p99 (ms)', perFunction(stage, 'Duration', 'p99', apiServices)),
      row('Invocations a minute', perFunction(stage, 'Invocations', 'Sum')),
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

function lagRows(stage: string): GraphRow[][] {
  return [
    [
      row('Views and CDN behind (ms)', perFunction(stage, 'IteratorAge', 'Maximum', streamReaders)),
      row(
        'Dead letters',
        deadLetterQueues.map((queue) => queueMetric(stage, queue, depth)),
      ),
    ],
  ];
}

function troubleRows(stage: string): GraphRow[][] {
  return [
    [
      row('Errors a minute', perFunction(stage, 'Errors', 'Sum')),
      row('Throttles a minute', [
        ...perFunction(stage, 'Throttles', 'Sum'),
        ...tableNames.map((table) => tableMetric(stage, table, 'WriteThrottleEvents')),
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

const perFunction = (stage: string, metric: string, statistic: string, names: readonly Service[] = serviceNames) =>
  names.map((name) => functionMetric(stage, name, metric, statistic));

const row = (title: string, metrics: readonly MetricRow[]): GraphRow => ({ title, metrics });
