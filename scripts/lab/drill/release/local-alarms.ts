import { aliasName, physicalName } from '../../../../stacks/model/names.ts';
import { type AlarmRow, evaluationPeriods } from '../../../../stacks/model/operations/alarm-row.ts';
import type { MetricRow } from '../../../../stacks/model/operations/metrics.ts';
import { type Service, serviceNames, services } from '../../../../stacks/model/services.ts';
import type { Call, Metrics, Observer } from '../../../platform/functions/versions.ts';
import { readEmf } from '../../../platform/metrics/emf.ts';
import { percentiles } from '../../../sale/place-orders.ts';

/** An alarm that fired; the time is in milliseconds since the metrics began. */
export interface Fired {
  readonly alarm: string;
  readonly atMs: number;
}

interface Counted {
  readonly service: Service;
  readonly metric: string;
  readonly value: number;
  readonly atMs: number;
}

const isApi = (service: Service) => services[service].trigger.kind === 'api';

/** The metrics of both versions, as CloudWatch would record them for an alias, with a faster clock. */
export class LocalMetrics implements Observer {
  readonly calls: Call[] = [];
  readonly #counted: Counted[] = [];
  readonly #begunAt = performance.now();

  now(): number {
    return performance.now() - this.#begunAt;
  }

  onCall(call: Call): void {
    this.calls.push(call);
    const { service, ms, failed, status = 0 } = call;
    if (failed) this.#count(service, 'Errors', 1);
    if (!isApi(service)) return;
    this.#count(service, 'Latency', ms);
    if (failed || status >= 500) this.#count(service, '5xx', 1);
  }

  onMetrics(_version: string, service: Service, metrics: Metrics): void {
    for (const { name, values } of readEmf(metrics)) this.#count(service, name, sum(values));
  }

  /** Values between two times, of one function or of all API functions. */
  values(service: Service | undefined, metric: string, fromMs: number, toMs: number): number[] {
    return this.#counted
      .filter((one) => one.metric === metric && one.atMs >= fromMs && one.atMs < toMs)
      .filter((one) => service === undefined || one.service === service)
      .map(({ value }) => value);
  }

  #count(service: Service, metric: string, value: number): void {
    this.#counted.push({ service, metric, value, atMs: this.now() });
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

interface Source {
  readonly service: Service | undefined;
  readonly metric: string;
}

/** Maps Lambda's metrics of Function URLs to the API metrics counted here. */
const asApi: Readonly<Record<string, string>> = { Url5xxCount: '5xx', UrlRequestLatency: 'Latency' };

/** Maps an alarm to its metric here; undefined for metrics of queues, tables and buses. */
export function findSource(stage: string, { metric }: AlarmRow): Source | undefined {
  if (!('namespace' in metric)) return undefined;
  const { namespace, metricName, dimensions } = metric;
  if (namespace === 'AWS/ApiGateway') return { service: undefined, metric: metricName };
  const service = serviceNames.find((name) =>
    namespace === 'AWS/Lambda'
      ? dimensions.Resource === `${physicalName(stage, name)}:${aliasName}`
      : dimensions.service === name,
  );
  return service && { service, metric: asApi[metricName] ?? metricName };
}

/** Duration of an alarm's minute on the faster clock. */
export const minuteMs = 5_000;

/** Finds the first alarm whose last periods all reached the threshold. */
export function findFired(
  stage: string,
  rows: readonly AlarmRow[],
  metrics: Pick<LocalMetrics, 'now' | 'values'>,
): Fired | undefined {
  const now = metrics.now();
  const fired = rows.find((row) => {
    const source = findSource(stage, row);
    if (!source || row.firesBelow) return false;
    const metric = row.metric as MetricRow;
    const periodMs = (metric.periodSeconds / 60) * minuteMs;
    return Array.from({ length: evaluationPeriods(row) }, (_, index) => now - index * periodMs).every((end) => {
      const values = metrics.values(source.service, source.metric, end - periodMs, end);
      return values.length > 0 && toStatistic(metric.statistic, values) >= row.threshold;
    });
  });
  return fired && { alarm: fired.name, atMs: now };
}

function toStatistic(statistic: string, values: readonly number[]): number {
  if (statistic === 'Sum') return sum(values);
  if (statistic === 'p99') return percentiles(values).p99;
  return Math.max(...values);
}
