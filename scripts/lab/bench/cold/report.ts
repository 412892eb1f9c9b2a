import Table from 'cli-table3';
import { awsPrices } from '../../../prices/aws/prices.ts';
import { bill } from '../../../prices/bill.ts';
import { toCents } from '../../../prices/money.ts';
import type { Measured, Start, Starts } from './cold.ts';

/** Memory at which Lambda gives a full vCPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const wholeProcessorMb = 1_769;

const speeds = { full: wholeProcessorMb, '512 MB': 512, '128 MB': 128 } as const;
type Speed = keyof typeof speeds;

const api = { full: 0.6, '512 MB': 0.45, '128 MB': 0.25 };
const worker = { full: 0.7, '512 MB': 0.6, '128 MB': 0.55 };
/** Largest ratio of the shipped package's cold start to the plain bundle's. */
export const coldLimits: Readonly<Record<Measured, Readonly<Record<Speed, number>>>> = {
  ...{ catalog: api, intake: api },
  ...{ settlement: worker, projection: worker, fulfilment: worker },
};

/**
 * Converts a start's CPU time to a customer's wait. Initialization has a full vCPU at any memory size; the call has a
 * share in proportion to the memory. CPU time, because load on the machine changes it little.
 */
const toMs = ({ init, call }: Start, speed: Speed): number =>
  init.cpuMs + (call.cpuMs * wholeProcessorMb) / speeds[speed];

export interface ColdRow {
  readonly service: Measured;
  readonly speed: Speed;
  readonly plain: number;
  readonly shipped: number;
  readonly ratio: number;
  readonly limit: number;
}

export function toRows(results: ReadonlyMap<Measured, Starts>): ColdRow[] {
  return [...results].flatMap(([service, { plain, shipped }]) =>
    (Object.keys(speeds) as Speed[]).map((speed) => {
      const [a, b] = [toMs(plain, speed), toMs(shipped, speed)];
      return { service, speed, plain: a, shipped: b, ratio: b / a, limit: coldLimits[service][speed] };
    }),
  );
}

export const isWithinAll = (rows: readonly ColdRow[]): boolean => rows.every(({ ratio, limit }) => ratio <= limit);

export function formatCold(results: ReadonlyMap<Measured, Starts>, rounds: number): string {
  const head = ['function', 'speed', 'plain ms', 'shipped ms', 'ratio', 'limit', '$ a million', ''];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { service, speed, plain, shipped, ratio, limit } of toRows(results)) {
    const verdict = ratio <= limit ? 'ok' : 'FAILED';
    const figures = [plain.toFixed(0), shipped.toFixed(0), ratio.toFixed(2), limit.toFixed(2)];
    table.push([service, speed, ...figures, dollarsOf(shipped, speeds[speed]), verdict]);
  }
  const elapsed = [...results].map(([service, { plain, shipped }]) => {
    const total = ({ init, call }: Start) => init.ms + call.ms;
    return `${service} ${(total(shipped) / total(plain)).toFixed(2)}`;
  });
  return [
    table.toString(),
    `Processor time of initialization and first call, medians of ${rounds} rounds. 512 and 128 MB by arithmetic: the call`,
    `has ${speeds['512 MB']} or ${speeds['128 MB']} of ${wholeProcessorMb} parts of a processor, initialization a whole one.`,
    'Dollars: a million cold starts of the shipped package. Lambda charges initialization like the call (arm64, us-east-1).',
    `Elapsed time at full speed, for comparison: ${elapsed.join(', ')}.`,
    `The code cache is one for this machine's Node ${process.version} on ${process.arch}.`,
    '',
  ].join('\n');
}

function dollarsOf(ms: number, memoryMb: number): string {
  const gbSeconds = (1e6 * ms * memoryMb) / 1_024_000;
  return toCents(bill({ 'lambda.arm64.duration': gbSeconds }, awsPrices, { region: 'us-east-1' }).total);
}
