import type { Finding } from '../../../report/finding.ts';
import type { RegionVisit } from './customers.ts';

/** From a failure or a return to the first order: two health checks, and the next customer. */
const limitSeconds = 30;

/** Judges the time until the first of these visits was answered; `since` in epoch milliseconds. */
export function firstWithin(what: string, visits: readonly RegionVisit[], since: number): Finding {
  const seconds = (Math.min(...visits.map(({ answeredAt = 0 }) => answeredAt)) - since) / 1_000;
  const measured = `${seconds.toFixed(1)} s`;
  return { what, measured, limit: `below ${limitSeconds} s`, holds: seconds < limitSeconds, timing: true };
}
