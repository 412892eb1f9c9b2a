import { apiServices, serviceNames, tableNames } from '../services.ts';
import { functionMetric, type MetricRow, queueMetric, serviceMetric, tableMetric } from './metrics.ts';

export interface GraphRow {
  readonly title: string;
  readonly metrics: readonly MetricRow[];
}

/** One page, two graphs a line, read from top to bottom in the order of the data flow. */
export function dashboardRows(stage: string): GraphRow[][] {
  const perFunction = (metric: string, statistic: string, names = serviceNames) =>
    names.map((name) => functionMetric(stage, name, metric, statistic));
  const age = 'ApproximateAgeOfOldestMessage';
  const depth = 'ApproximateNumberOfMessagesVisible';
  return [
    [
      row('API latency p99 (ms)', perFunction('Duration', 'p99', apiServices)),
      row('Invocations a minute', perFunction('Invocations', 'Sum')),
    ],
    [
      row('Orders waiting', [queueMetric(stage, 'order-requests', depth)]),
      row('Oldest order waiting (s)', [queueMetric(stage, 'order-requests', age)]),
    ],
    [
      row('Orders to hand over', [queueMetric(stage, 'fulfilment-requests', depth)]),
      row(
        'Fulfilment a minute',
        ['OrdersFulfilled', 'OrdersRefused', 'FulfilmentsPostponed', 'BreakerOpened', 'BreakerRefused'].map((counter) =>
          serviceMetric(stage, 'fulfilment', counter),
        ),
      ),
    ],
    [
      row('Views and CDN behind (ms)', [
        functionMetric(stage, 'projection', 'IteratorAge', 'Maximum'),
        functionMetric(stage, 'invalidation', 'IteratorAge', 'Maximum'),
      ]),
      row('Dead letters', [
        queueMetric(stage, 'order-requests-dlq', depth),
        queueMetric(stage, 'projection-dlq', depth),
        queueMetric(stage, 'fulfilment-requests-dlq', depth),
        queueMetric(stage, 'invalidation-dlq', depth),
      ]),
    ],
    [
      row('Errors a minute', perFunction('Errors', 'Sum')),
      row('Throttles a minute', [
        ...perFunction('Throttles', 'Sum'),
        ...tableNames.map((table) => tableMetric(stage, table, 'WriteThrottleEvents')),
      ]),
    ],
  ];
}

const row = (title: string, metrics: readonly MetricRow[]): GraphRow => ({ title, metrics });
