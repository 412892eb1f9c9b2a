import { checkInvariants } from '../../sale/check/invariants.ts';
import { buildLargeSale } from './large-sale.ts';

export interface CheckRun {
  readonly orders: number;
  /** Rows and answers checked. */
  readonly rows: number;
  /** CPU time of the check; elapsed time would depend on what else the machine does. */
  readonly seconds: number;
  readonly elapsedSeconds: number;
  /** Peak memory of the process, including the rows. */
  readonly megabytes: number;
  readonly violations: number;
}

const orders = Number(process.argv[2]);
const { snapshot, clients } = buildLargeSale(orders);
const [begun, cpuBefore] = [performance.now(), process.cpuUsage()];
const verdicts = checkInvariants(snapshot, clients);
const elapsedSeconds = (performance.now() - begun) / 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
const run: CheckRun = {
  orders,
  rows: [
    snapshot.orders,
    snapshot.events,
    snapshot.counted,
    snapshot.sales,
    snapshot.book ?? [],
    clients.accepted,
  ].reduce((sum, { length }) => sum + length, 0),
  seconds: (user + system) / 1e6,
  elapsedSeconds,
  megabytes: process.resourceUsage().maxRSS / 1_024,
  violations: verdicts.reduce((sum, { violations }) => sum + violations.length, 0),
};
process.send?.(run);
process.disconnect?.();
