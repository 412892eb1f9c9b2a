import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Meter } from '../ports/runtime.ts';

/** Embedded metric format: counts are written to the log, and CloudWatch adds them up. */
export const metrics = new Metrics();

let hasCounted = false;

export const meter: Meter<string> = {
  count(counter, by = 1) {
    hasCounted = true;
    metrics.addMetric(counter, MetricUnit.Count, by);
  },
};

/** Before the first count it does not ask Powertools, which reads the environment each time. */
export const hasStoredMetrics = (): boolean => hasCounted && metrics.hasStoredMetrics();
