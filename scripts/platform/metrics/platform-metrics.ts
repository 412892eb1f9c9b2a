import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { routes } from '../../../functions/contracts/routes.ts';
import { metricsNamespace } from '../../../stacks/model/names.ts';
import { alarmRows } from '../../../stacks/model/operations/alarm-rows.ts';
import { dashboardRows } from '../../../stacks/model/operations/dashboard-rows.ts';
import { serviceNames, tableNames } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { tableIndexes } from '../../../stacks/model/table-shapes.ts';
import { AppMetrics } from './app-metrics.ts';
import type { QueueState } from './queues.ts';
import { RecentMaximum } from './recent-maximum.ts';
import { durationBuckets, type SeriesName, type SeriesRow, seriesRows, statusClasses } from './series.ts';

type Labels = Readonly<Record<string, string>>;

/** The value of a counter that is kept elsewhere. */
export interface Total {
  readonly labels: Labels;
  readonly value: number;
}

/** Values that are read only when the metrics are scraped. */
export interface Sources {
  readonly totals?: Partial<Readonly<Record<SeriesName, () => readonly Total[]>>>;
  readonly queues?: () => Promise<readonly QueueState[]>;
}

/** The metrics of a local platform, in Prometheus' text format. */
export class PlatformMetrics {
  readonly app: AppMetrics;
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #streamAges = new Map<string, RecentMaximum>();
  #sources: Sources = {};

  constructor(stage: Stage) {
    this.app = new AppMetrics(this.#registry);
    for (const [name, row] of seriesRows) if (row.notLocal === undefined) this.#declare(name, row);
    this.#startAtZero(stage);
  }

  connect(sources: Sources): void {
    this.#sources = sources;
  }

  count(name: SeriesName, labels: Labels, by = 1): void {
    this.#counters.get(name)?.inc({ ...labels }, by);
  }

  observe(name: SeriesName, labels: Labels, seconds: number): void {
    this.#histograms.get(name)?.observe({ ...labels }, seconds);
  }

  /** Prepares the series of functions that run in this process, so that their calls are counted. */
  expectFunctions(): void {
    for (const service of serviceNames) {
      this.count('function_invocations_total', { service }, 0);
      this.count('function_errors_total', { service }, 0);
    }
  }

  /** Records the age of a stream's records at delivery. */
  streamAge(service: string, seconds: number): void {
    const ages = this.#streamAges.get(service) ?? new RecentMaximum();
    this.#streamAges.set(service, ages);
    ages.add(seconds);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async read(): Promise<string> {
    // If the engine does not answer, queues are left out but all other metrics are served.
    const queues = (await this.#sources.queues?.().catch(() => [])) ?? [];
    // From here to the text there is no await, so that concurrent scrapes do not mix.
    for (const [service, ages] of this.#streamAges)
      this.#gauges.get('stream_iterator_age_seconds')?.set({ service }, ages.read());
    for (const [name, read] of Object.entries(this.#sources.totals ?? {})) this.#copy(name, read());
    this.#showQueues(queues);
    return this.#registry.metrics();
  }

  #copy(name: string, totals: readonly Total[]): void {
    const counter = this.#counters.get(name);
    counter?.reset();
    for (const { labels, value } of totals) counter?.inc({ ...labels }, value);
  }

  #showQueues(queues: readonly QueueState[]): void {
    const [messages, age] = [this.#gauges.get('queue_messages'), this.#gauges.get('queue_oldest_message_age_seconds')];
    messages?.reset();
    age?.reset();
    for (const { queue, visible, inFlight, delayed, oldestSeconds } of queues) {
      messages?.set({ queue, state: 'visible' }, visible);
      messages?.set({ queue, state: 'in_flight' }, inFlight);
      messages?.set({ queue, state: 'delayed' }, delayed);
      if (oldestSeconds !== undefined) age?.set({ queue }, oldestSeconds);
    }
  }

  #declare(name: string, { kind, help, labels }: SeriesRow): void {
    const options = { name, help, labelNames: [...labels], registers: [this.#registry] };
    if (kind === 'counter') this.#counters.set(name, new Counter(options));
    else if (kind === 'gauge') this.#gauges.set(name, new Gauge(options));
    else this.#histograms.set(name, new Histogram({ ...options, buckets: [...durationBuckets] }));
  }

  /** Creates the series of alarms and dashboards at 0, so that their first increment counts as an increase. */
  #startAtZero(stage: Stage): void {
    const rows = [...alarmRows(stage, 'api').map(({ metric }) => metric), ...dashboardMetrics(stage)];
    for (const metric of rows)
      if ('namespace' in metric && metric.namespace === metricsNamespace(stage.name))
        this.app.startAtZero(metric.metricName, metric.dimensions.service ?? '');
    for (const status of statusClasses) {
      this.count('edge_responses_total', { status }, 0);
      for (const { service, name } of routes) this.count('api_requests_total', { service, route: name, status }, 0);
    }
    for (const { service, name } of routes) this.count('api_throttled_requests_total', { service, route: name }, 0);
    const tables = tableNames.map((table) => ({ table, index: '' }));
    const indexes = tableIndexes.map(({ table, index }) => ({ table, index: index.name }));
    for (const place of [...tables, ...indexes])
      for (const side of ['read', 'write']) this.count('table_throttled_requests_total', { ...place, side }, 0);
  }
}

const dashboardMetrics = (stage: Stage) =>
  dashboardRows(stage)
    .flat()
    .flatMap(({ metrics }) => metrics);
