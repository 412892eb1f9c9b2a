import { infracost, readAt, steps } from '../price.ts';
import { rowsOf } from './row.ts';

const million = 1_000_000;
const billion = 1_000_000_000;

const lambdaPage = 'https://aws.amazon.com/lambda/pricing/';
const lambda = rowsOf('Lambda', lambdaPage);
const lambdaTest = infracost('aws/lambda_function');
const provisionedTest = infracost('aws/lambda_provisioned_concurrency_config');

const x86 = steps(
  [6 * billion, '0.0000166667'],
  [9 * billion, '0.0000150000'],
  [Number.POSITIVE_INFINITY, '0.0000133334'],
);
const arm = steps(
  [7.5 * billion, '0.0000133334'],
  [11.25 * billion, '0.0000120001'],
  [Number.POSITIVE_INFINITY, '0.0000106667'],
);
const gbSeconds = 'GB-second';

const sqs = rowsOf('SQS', 'https://aws.amazon.com/sqs/pricing/');
const events = rowsOf('EventBridge', 'https://aws.amazon.com/eventbridge/pricing/');
const api = rowsOf('API Gateway', 'https://aws.amazon.com/api-gateway/pricing/');
const eventsTest = infracost('aws/cloudwatch_event_bus');

/** Functions, queues, bus and API. */
export const computePrices = {
  'lambda.requests': lambda('requests', {
    ...{ unit: 'request', per: million, us: '0.20', eu: '0.20', free: million, source: lambdaTest },
  }),
  'lambda.x86.duration': lambda('duration, x86', {
    ...{ unit: gbSeconds, us: x86, eu: x86, free: 400_000, source: lambdaTest },
  }),
  'lambda.arm64.duration': lambda('duration, arm64', {
    ...{ unit: gbSeconds, us: arm, eu: arm, free: 400_000, source: lambdaTest },
  }),
  'lambda.x86.provisioned': lambda('provisioned concurrency held, x86', {
    ...{ unit: gbSeconds, us: '0.0000041667', eu: '0.0000041667', fixed: true, source: readAt(lambdaPage) },
  }),
  'lambda.arm64.provisioned': lambda('provisioned concurrency held, arm64', {
    ...{ unit: gbSeconds, us: '0.0000033334', eu: '0.0000033334', fixed: true, source: provisionedTest },
  }),
  'lambda.x86.provisionedDuration': lambda('duration in provisioned concurrency, x86', {
    ...{ unit: gbSeconds, us: '0.0000097222', eu: '0.0000097222', source: readAt(lambdaPage) },
  }),
  'lambda.arm64.provisionedDuration': lambda('duration in provisioned concurrency, arm64', {
    ...{ unit: gbSeconds, us: '0.0000077778', eu: '0.0000077778', source: provisionedTest },
  }),
  'lambda.ephemeralStorage': lambda('ephemeral storage over 512 MB', {
    ...{ unit: gbSeconds, us: '0.0000000309', eu: '0.0000000309', source: lambdaTest },
  }),
  'lambda.streamedBytes': lambda('answers streamed beyond 6 MB', {
    ...{ unit: 'GB', us: '0.008', eu: '0.008', source: readAt(lambdaPage) },
  }),
  'lambda.queuePollers': lambda('provisioned pollers of queues', {
    ...{ unit: 'poller-hour', us: '0.00925', eu: '0.00925', fixed: true, source: readAt(lambdaPage) },
  }),
  'sqs.standard': sqs('requests, standard', {
    ...{ unit: 'request of 64 KB', per: million, us: '0.40', eu: '0.40', free: million },
    source: infracost('aws/sqs_queue'),
  }),
  'sqs.idleReceives': sqs('empty receives of the workers', {
    ...{ unit: 'request of 64 KB', per: million, us: '0.40', eu: '0.40', free: million, fixed: true },
    source: infracost('aws/sqs_queue'),
  }),
  'sqs.fifo': sqs('requests, FIFO', {
    ...{ unit: 'request of 64 KB', per: million, us: '0.50', eu: '0.50', free: million },
    source: infracost('aws/sqs_queue'),
  }),
  'events.custom': events('custom events', {
    ...{ unit: 'event of 64 KB', per: million, us: '1.00', eu: '1.00', source: eventsTest },
  }),
  'events.partner': events('events of third parties', {
    ...{ unit: 'event of 64 KB', per: million, us: '1.00', eu: '1.00', source: eventsTest },
  }),
  'events.archive': events('archived', { unit: 'GB', us: '0.10', eu: '0.10', source: eventsTest }),
  'events.archiveStorage': events('archive storage', {
    ...{ unit: 'GB-month', us: '0.023', eu: '0.023', source: eventsTest },
  }),
  'events.schemaDiscovery': events('schema discovery', {
    ...{ unit: 'event of 8 KB', per: million, us: '0.10', eu: '0.10', source: eventsTest },
  }),
  'api.http': api('requests, HTTP API', {
    ...{ unit: 'request of 512 KB', per: million, source: infracost('aws/apigatewayv2_api') },
    us: steps([300 * million, '1.00'], [Number.POSITIVE_INFINITY, '0.90']),
    eu: steps([300 * million, '1.20'], [Number.POSITIVE_INFINITY, '1.08']),
  }),
  'api.rest': api('requests, REST API', {
    ...{ unit: 'request', per: million, us: '3.50', eu: '3.70' },
    source: readAt(
      'https://docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/cost-optimization.html',
    ),
  }),
};
