import { z } from 'zod';

/** One metric that a function emitted. */
export interface EmittedMetric {
  readonly name: string;
  /** CloudWatch's unit: `Count`, `Milliseconds` ... */
  readonly unit: string;
  readonly values: readonly number[];
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The embedded metric format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const directive = z.object({
  Dimensions: z.array(z.array(z.string())).default([]),
  Metrics: z.array(z.object({ Name: z.string().min(1), Unit: z.string().default('None') })),
});
const line = z.object({ _aws: z.object({ CloudWatchMetrics: z.array(directive) }) });
const value = z.union([z.number(), z.array(z.number())]);

/** The metrics of a log line; empty if it has none. Never throws, because a function may write any JSON. */
export function readEmf(record: Readonly<Record<string, unknown>>): EmittedMetric[] {
  const parsed = line.safeParse(record);
  if (!parsed.success) return [];
  return parsed.data._aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) => {
    // CloudWatch counts each value once per set of dimensions; the longest set is the most specific.
    const names = Dimensions.toSorted((a, b) => b.length - a.length)[0] ?? [];
    const dimensions = Object.fromEntries(names.map((name) => [name, String(record[name] ?? '')]));
    return Metrics.flatMap(({ Name: name, Unit: unit }) => {
      const found = value.safeParse(record[name]);
      return found.success ? [{ name, unit, values: [found.data].flat(), dimensions }] : [];
    });
  });
}
