import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Meter } from '../ports/runtime.ts';

/** Counts in the embedded metric format: the numbers travel in a log line, and CloudWatch adds them up. */
export const metrics = new Metrics();

export const meter: Meter = { count: (counter, by = 1) => metrics.addMetric(counter, MetricUnit.Count, by) };
