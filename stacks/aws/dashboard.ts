import { Dashboard, GraphWidget, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { physicalName } from '../names.ts';
import { apiServices, serviceNames, type TableName } from '../needs.ts';
import type { Stage } from '../stage-settings.ts';
import { functionMetric, queueMetric, tableMetric } from './metrics.ts';

const tables: readonly TableName[] = ['orders', 'stock', 'catalog', 'views'];

/** One page, read from top to bottom in the order of the data flow. */
export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: { readonly stage: Stage }) {
    super(scope, id);
    const stage = props.stage.name;
    const perFunction = (metric: string, statistic: string, names = serviceNames) =>
      names.map((name) => functionMetric(stage, name, metric, statistic));
    const age = 'ApproximateAgeOfOldestMessage';
    const depth = 'ApproximateNumberOfMessagesVisible';
    new Dashboard(this, 'Dashboard', {
      dashboardName: physicalName(stage, 'operations'),
      widgets: [
        [
          graph('API latency p99 (ms)', perFunction('Duration', 'p99', apiServices)),
          graph('Invocations a minute', perFunction('Invocations', 'Sum')),
        ],
        [
          graph('Orders waiting', [queueMetric(stage, 'order-requests', depth)]),
          graph('Oldest order waiting (s)', [queueMetric(stage, 'order-requests', age)]),
        ],
        [
          graph('Views and CDN behind (ms)', [
            functionMetric(stage, 'projection', 'IteratorAge', 'Maximum'),
            functionMetric(stage, 'invalidation', 'IteratorAge', 'Maximum'),
          ]),
          graph('Dead letters', [
            queueMetric(stage, 'order-requests-dlq', depth),
            queueMetric(stage, 'projection-failures', depth),
            queueMetric(stage, 'invalidation-failures', depth),
          ]),
        ],
        [
          graph('Errors a minute', perFunction('Errors', 'Sum')),
          graph('Throttles a minute', [
            ...perFunction('Throttles', 'Sum'),
            ...tables.map((table) => tableMetric(stage, table, 'WriteThrottleEvents')),
          ]),
        ],
      ],
    });
  }
}

const graph = (title: string, left: Metric[]): GraphWidget => new GraphWidget({ title, left, width: 12 });
