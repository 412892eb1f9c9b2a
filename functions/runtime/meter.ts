import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Meter } from '../ports/runtime.ts';

/** Embedded metric format: counts are written to the log, and CloudWatch adds them up. */
export const metrics = new Metrics();

export const meter: Meter<string> = { count: (counter, by = 1) => metrics.addMetric(counter, MetricUnit.Count, by) };
