import Table from 'cli-table3';
import { functionArchitecture } from '../../../stacks/model/architecture.ts';
import type { Service } from '../../../stacks/model/services.ts';
import { awsPrices } from '../../prices/aws/prices.ts';
import { costOf } from '../../prices/bill.ts';
import { toCents } from '../../prices/money.ts';
import type { Curve, Point } from './curve.ts';

const million = 1_000_000;

/** Dollars per million invocations. Time is billed in milliseconds, rounded up. */
export function costOfMillion(ms: number, memoryMb: number, region: string): string {
  const gbSeconds = (Math.ceil(ms) * memoryMb * million) / 1_024_000;
  const duration = costOf(awsPrices[`lambda.${functionArchitecture}.duration`], gbSeconds, region);
  return toCents(duration + costOf(awsPrices['lambda.requests'], million, region));
}

/** Time and price by memory size. The stages' size is marked. */
export function formatCurve(curve: Curve, sizeOf: (service: Service) => number, region: string): string {
  const tables = Object.entries(curve.services).map(([service, points]) => {
    const size = sizeOf(service as Service);
    const batch = points.some(({ perOrderMs }) => perOrderMs > 0) ? curve.batchSize : 1;
    const table = new Table({ head: ['MB', 'ms', `$ a million, ${region}`], style: { head: [], border: [] } });
    for (const point of points) {
      const ms = durationOf(point, batch);
      const mark = point.memoryMb === size ? ' (as set)' : '';
      table.push([`${point.memoryMb}${mark}`, ms.toFixed(1), costOfMillion(ms, point.memoryMb, region)]);
    }
    return `${service}, ${batch === 1 ? 'a request' : `a batch of ${batch}`}\n${table.toString()}\n`;
  });
  return `${tables.join('\n')}\nHeld by: ${curve.throttle}\nMachine: ${curve.machine}\n${limitsText}`;
}

export const durationOf = ({ perBatchMs, perOrderMs }: Point, batch: number): number => perBatchMs + batch * perOrderMs;

const limitsText = `The stores answer at once: add the network's round trips. Memory is not limited, and a second core is not given: sizes
over 1,769 MB come out as one core. The figures compare sizes; Lambda's processors are others.
`;
