import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type Service, serviceNames } from '../../../stacks/model/services.ts';
import { CliError } from '../../cli/cli.ts';
import type { MeasuredDurations, TunePoint } from '../types.ts';

const hint = `A file of: { "durations": { "intake": 38.5 } } in milliseconds at the stage's memory,
{ "durations": { "intake": [{ "memoryMb": 512, "p50Ms": 60 }] } },
or the output of AWS Lambda Power Tuning with "function", or one such object per function in a list.`;

const milliseconds = z.number().positive();
const point = z.object({ memoryMb: z.number().positive(), p50Ms: milliseconds });
const ours = z.object({
  durations: z
    .partialRecord(z.enum(serviceNames as [Service, ...Service[]]), z.union([milliseconds, z.array(point).min(1)]))
    .refine((durations) => Object.keys(durations).length > 0),
});
/** Output of AWS Lambda Power Tuning's state machine: https://github.com/alexcasalboni/aws-lambda-power-tuning */
const powerTuning = z.object({
  function: z.enum(serviceNames as [Service, ...Service[]]),
  stats: z.array(z.object({ value: z.number().positive(), averageDuration: milliseconds })).min(1),
});
/** Output of `aws cloudwatch get-metric-statistics`, with the function's name added. */
const cloudWatch = z.object({
  function: z.enum(serviceNames as [Service, ...Service[]]),
  Datapoints: z.array(z.object({ Average: milliseconds })).min(1),
});
const one = z.union([ours, powerTuning, cloudWatch]);

/** Durations per function from a file. @throws {CliError} measured_invalid */
export function readMeasured(file: string, memoryOf: (service: Service) => number): MeasuredDurations {
  const value = readJson(file);
  const parsed = z.union([one, z.array(one).min(1)]).safeParse(value);
  if (!parsed.success) {
    const problem = [value]
      .flat()
      .map(describeFunction)
      .find((found) => found !== undefined);
    throw new CliError('measured_invalid', `${file} ${problem ?? 'holds no durations that are known'}`, hint);
  }
  const found: Partial<Record<Service, readonly TunePoint[]>> = {};
  for (const entry of [parsed.data].flat()) Object.assign(found, toPoints(entry, memoryOf));
  return found;
}

/** Neither AWS tool writes the function's name, so it is the first thing that a file may lack. */
function describeFunction(entry: unknown): string | undefined {
  const tool = [
    ['stats', 'AWS Lambda Power Tuning'],
    ['Datapoints', 'CloudWatch'],
  ].find(([key = '']) => typeof entry === 'object' && entry !== null && key in entry);
  const name = (entry as { function?: unknown } | null)?.function;
  if (!tool || serviceNames.some((service) => service === name)) return undefined;
  const is = name === undefined ? "lacks the key 'function'" : `has ${JSON.stringify(name)} as its 'function'`;
  return `is output of ${tool[1]} and ${is}, which must be one of ${serviceNames.join(', ')}`;
}

function toPoints(entry: z.infer<typeof one>, memoryOf: (service: Service) => number): MeasuredDurations {
  if ('stats' in entry)
    return {
      [entry.function]: entry.stats.map(({ value, averageDuration }) => ({ memoryMb: value, p50Ms: averageDuration })),
    };
  if ('Datapoints' in entry) {
    const mean = entry.Datapoints.reduce((sum, { Average }) => sum + Average, 0) / entry.Datapoints.length;
    return { [entry.function]: [{ memoryMb: memoryOf(entry.function), p50Ms: mean }] };
  }
  return Object.fromEntries(
    Object.entries(entry.durations).map(([service, value]) => [
      service,
      typeof value === 'number' ? [{ memoryMb: memoryOf(service as Service), p50Ms: value }] : value,
    ]),
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CliError('measured_unreadable', `cannot read ${file}: ${(error as Error).message}`, hint);
  }
}
