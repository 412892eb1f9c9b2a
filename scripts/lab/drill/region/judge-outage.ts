import { allOf, atLeastOne, type Finding } from '../../../report/finding.ts';
import { judgeBoth } from './judge-cut.ts';
import type { OutageSeen } from './scene.ts';

/** From the failure or the return to the first order: two health checks, and the next customer. */
const limitSeconds = 30;

/** Judges a region that could not be reached and returned; `region` is its name. */
export function judgeOutage({ outage, region }: { readonly outage: OutageSeen; readonly region: string }): Finding[] {
  const { visits, closedAt, openedAt } = outage;
  const own = visits.filter(({ home, status }) => home === region && status === 202);
  const moved = own.filter((one) => one.region !== region && (one.answeredAt ?? 0) >= closedAt);
  const back = own.filter((one) => one.region === region && (one.answeredAt ?? 0) >= openedAt);
  const ids = new Set(own.filter((one) => one.region === region).map(({ orderId }) => orderId));
  const during = visits.filter(({ home, answeredAt = 0 }) => home === region && answeredAt >= closedAt);
  const served = allOf('its customers since the failure who were served', countServed(during), during.length);
  const findings: Finding[] = [
    ...judgeBoth(outage),
    firstWithin('time from the failure to the first order of one of its customers elsewhere', moved, closedAt),
    firstWithin('time from the return to the first order that it accepts', back, openedAt),
    atLeastOne('its orders that were repeated elsewhere', moved.filter((one) => ids.has(one.orderId)).length),
    { ...served, timing: true },
  ];
  return findings.map((finding) => ({ ...finding, what: `${region} fails and returns: ${finding.what}` }));
}

const countServed = (visits: OutageSeen['visits']) => visits.filter(({ status }) => status === 202).length;

function firstWithin(what: string, visits: OutageSeen['visits'], since: number): Finding {
  const seconds = (Math.min(...visits.map(({ answeredAt = 0 }) => answeredAt)) - since) / 1_000;
  const measured = `${seconds.toFixed(1)} s`;
  return { what, measured, limit: `below ${limitSeconds} s`, holds: seconds < limitSeconds, timing: true };
}
