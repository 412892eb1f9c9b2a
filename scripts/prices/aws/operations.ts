import { infracost, readAt, reported, steps, unread } from '../price.ts';
import { rowsOf } from './row.ts';

const million = 1_000_000;
const watchPage = 'https://aws.amazon.com/cloudwatch/pricing/';
const watch = rowsOf('CloudWatch', watchPage);
const logTest = infracost('aws/cloudwatch_log_group');
const extraMetrics =
  'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewing-cloudfront-metrics.html';
const traces = rowsOf('X-Ray', 'https://aws.amazon.com/xray/pricing/');
const users = rowsOf('Cognito', 'https://aws.amazon.com/cognito/pricing/');
const keys = rowsOf('KMS', 'https://aws.amazon.com/kms/pricing/');
const secrets = rowsOf('Secrets Manager', 'https://aws.amazon.com/secrets-manager/pricing/');
const keyTest = infracost('aws/kms_key');
const secretTest = infracost('aws/secretsmanager_secret');

/** Function logs are vended logs, whose price falls with volume. */
const functionLogs = (first: string) =>
  steps([10_240, first], [20_480, '0.25'], [20_480, '0.10'], [Number.POSITIVE_INFINITY, '0.05']);

/** Logs, metrics, traces, users and keys. */
export const operationPrices = {
  'logs.ingested': watch('logs ingested', {
    ...{ unit: 'GB', us: '0.50', eu: '0.63', free: 5, source: logTest, euSource: readAt(watchPage, '2025-01') },
  }),
  'logs.functions': watch('logs of functions ingested', {
    ...{ unit: 'GB', us: functionLogs('0.50'), eu: functionLogs('0.63'), free: 5, source: unread(watchPage) },
  }),
  'logs.stored': watch('logs stored', { unit: 'GB-month', us: '0.03', eu: '0.0324', free: 5, source: logTest }),
  'logs.scanned': watch('logs scanned by queries', { unit: 'GB', us: '0.005', eu: '0.0063', free: 5, source: logTest }),
  'metrics.custom': watch('custom metrics', {
    ...{ unit: 'metric-month', us: '0.30', eu: '0.30', free: 10, fixed: true, source: unread(watchPage) },
  }),
  'metrics.cdn': watch('additional metrics of CloudFront', {
    ...{ unit: 'metric-month', us: '0.30', fixed: true, source: reported(extraMetrics) },
  }),
  'alarms.metrics': watch('alarms', {
    ...{ unit: 'metric-month', us: '0.10', eu: '0.10', free: 10, fixed: true },
    source: infracost('aws/cloudwatch_metric_alarm'),
  }),
  dashboards: watch('dashboards', {
    ...{
      unit: 'dashboard-month',
      us: '3',
      eu: '3',
      free: 3,
      fixed: true,
      source: infracost('aws/cloudwatch_dashboard'),
    },
  }),
  'traces.recorded': traces('traces recorded', {
    ...{ unit: 'trace', per: million, us: '5.00', eu: '5.00', free: 100_000 },
    source: unread('https://aws.amazon.com/xray/pricing/'),
  }),
  'users.essentials': users('active users, Essentials', {
    ...{ unit: 'user-month', us: '0.015', eu: '0.015', free: 10_000 },
    source: unread('https://aws.amazon.com/cognito/pricing/'),
  }),
  'users.lite': users('active users, Lite', {
    ...{ unit: 'user-month', us: '0.0055', eu: '0.0055', free: 10_000 },
    source: unread('https://aws.amazon.com/cognito/pricing/'),
  }),
  'kms.keys': keys('keys', { unit: 'key-month', us: '1', eu: '1', fixed: true, source: keyTest }),
  'kms.requests': keys('requests', {
    ...{ unit: 'request', per: 10_000, us: '0.03', eu: '0.03', free: 20_000, source: keyTest },
  }),
  'secrets.held': secrets('secrets', { unit: 'secret-month', us: '0.40', eu: '0.40', fixed: true, source: secretTest }),
  'secrets.requests': secrets('requests', {
    ...{ unit: 'request', per: 10_000, us: '0.05', eu: '0.05', source: secretTest },
  }),
};
