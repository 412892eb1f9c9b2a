import { Counter, type Registry, Summary } from 'prom-client';
import { type EmittedMetric, readEmf } from './emf.ts';
import { counterHelp, toAppName, toCounterName } from './series.ts';

/** Prometheus has base units only: https://prometheus.io/docs/practices/naming/#base-units */
const baseUnits: Readonly<Record<string, readonly [suffix: string, factor: number]>> = {
  Seconds: ['_seconds', 1],
  Milliseconds: ['_seconds', 1e-3],
  Microseconds: ['_seconds', 1e-6],
  Bytes: ['_bytes', 1],
  Kilobytes: ['_bytes', 1e3],
  Megabytes: ['_bytes', 1e6],
  Gigabytes: ['_bytes', 1e9],
  Percent: ['_ratio', 0.01],
};

/** Converts a dimension, whose name may contain any character. */
const toLabel = (dimension: string): string => dimension.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_');

/**
 * Metrics emitted by the functions, including undescribed ones: a count becomes a counter, anything else a summary. A
 * series keeps the labels that it had first.
 */
export class AppMetrics {
  readonly #registry: Registry;
  readonly #counters = new Map<string, { readonly metric: Counter; readonly labels: readonly string[] }>();
  readonly #summaries = new Map<string, { readonly metric: Summary; readonly labels: readonly string[] }>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Starts a counter at 0; otherwise its first increment would be its first value, and no increase. */
  startAtZero(name: string, service: string): void {
    this.#count(name, { service }, 0);
  }

  /** Adds a function's log line; ignores lines without metrics. */
  emit(service: string, record: Readonly<Record<string, unknown>>): void {
    for (const metric of readEmf(record)) this.#add(service, metric);
  }

  #add(service: string, { name, unit, values, dimensions }: EmittedMetric): void {
    const named = Object.entries(dimensions).map(([dimension, value]) => [toLabel(dimension), value]);
    const labels: Record<string, string> = { ...Object.fromEntries(named), service };
    const finite = values.filter(Number.isFinite);
    // A value that can fall is not a counter.
    if (unit === 'Count' && finite.every((value) => value >= 0)) {
      const sum = finite.reduce((a, b) => a + b, 0);
      this.#count(name, labels, sum);
    } else {
      const [suffix, factor] = baseUnits[unit] ?? ['', 1];
      for (const value of finite) this.#observe(name, `${toAppName(name)}${suffix}`, labels, value * factor);
    }
  }

  #count(emitted: string, labels: Readonly<Record<string, string>>, by: number): void {
    const name = toCounterName(emitted);
    let found = this.#counters.get(name);
    if (!found) {
      const names = Object.keys(labels);
      const help = counterHelp[emitted as keyof typeof counterHelp] ?? describe(emitted);
      const options = { name: this.#free(name), help, labelNames: names, registers: [this.#registry] };
      found = { metric: new Counter(options), labels: names };
      this.#counters.set(name, found);
    }
    found.metric.inc(pick(labels, found.labels), by);
  }

  #observe(emitted: string, name: string, labels: Readonly<Record<string, string>>, value: number): void {
    let found = this.#summaries.get(name);
    if (!found) {
      const names = Object.keys(labels);
      const options = { name: this.#free(name), help: describe(emitted), labelNames: names, percentiles: [] };
      found = { metric: new Summary({ ...options, registers: [this.#registry] }), labels: names };
      this.#summaries.set(name, found);
    }
    found.metric.observe(pick(labels, found.labels), value);
  }

  /** Two kinds of metric cannot share a name. */
  #free(name: string): string {
    return this.#registry.getSingleMetric(name) ? this.#free(`${name}_other`) : name;
  }
}

const describe = (emitted: string): string => `${emitted}, as the functions emit it.`;

function pick(labels: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
}
