import { apiServices } from '../services.ts';
import { isHome } from '../stages/regions.ts';
import type { Stage } from '../stages/stage-settings.ts';
import type { AlarmRow } from './alarm-row.ts';
import { apiMetric, distributionMetric, functionMetric, type MetricRow } from './metrics.ts';

/**
 * Failures that customers see. The functions answer a failure with a 5xx of their own, so Lambda counts no error even
 * while every request fails.
 */
export function apiRows(stage: Stage, apiId: string | undefined): AlarmRow[] {
  if (apiId !== undefined)
    return apiPair(stage, 'api', apiMetric(apiId, '5xx', 'Sum'), apiMetric(apiId, 'Latency', 'p99'));
  return apiServices.flatMap((service) =>
    apiPair(
      stage,
      `${service}-url`,
      functionMetric(stage.name, service, 'Url5xxCount', 'Sum'),
      functionMetric(stage.name, service, 'UrlRequestLatency', 'p99'),
    ),
  );
}

function apiPair({ alarms }: Stage, name: string, errors: MetricRow, latency: MetricRow): AlarmRow[] {
  return [
    {
      name: `${name}-5xx`,
      metric: errors,
      threshold: alarms.apiErrorsPerMinute,
      minutes: 2,
      meaning: 'The API answers with server errors.',
      runbook: 'api-errors',
    },
    {
      name: `${name}-latency`,
      metric: latency,
      threshold: alarms.apiLatencyMs,
      minutes: 3,
      meaning: 'One request in a hundred takes too long.',
      runbook: 'api-latency',
    },
  ];
}

/** The CDN's alarms cost extra. They need the stage's region, to find the CDN, and a recipient. */
export const watchesEdge = (stage: Stage): boolean => stage.region !== null && stage.alarms.topic && isHome(stage);

/** Alarms in CloudFront's own region. */
export function edgeAlarmRows({ alarms }: Stage, distributionId: string): AlarmRow[] {
  return [
    {
      name: 'edge-5xx',
      metric: distributionMetric(distributionId, '5xxErrorRate', 'Average'),
      threshold: alarms.edgeErrorPercent,
      minutes: 2,
      meaning: 'The CDN answers with server errors: its origin fails or does not answer.',
      runbook: 'edge-errors',
    },
    {
      name: 'edge-latency',
      metric: distributionMetric(distributionId, 'OriginLatency', 'p99'),
      threshold: alarms.edgeLatencyMs,
      minutes: 3,
      meaning: 'One in a hundred requests that the CDN does not have cached takes too long.',
      runbook: 'edge-latency',
    },
  ];
}
