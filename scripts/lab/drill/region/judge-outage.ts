import { allOf, atLeastOne, type Finding } from '../../../report/finding.ts';
import type { RegionSnapshot } from '../../../sale/check/region-checks.ts';
import { firstWithin } from './first-within.ts';
import { judgeBoth } from './judge-cut.ts';
import type { OutageSeen } from './scene.ts';

/** Judges a region that could not be reached and returned; `region` is its name. */
export function judgeOutage({ outage, region }: { readonly outage: OutageSeen; readonly region: string }): Finding[] {
  const { visits, closedAt, openedAt } = outage;
  const own = visits.filter(({ home, status }) => home === region && status === 202);
  const moved = own.filter((one) => one.region !== region && (one.answeredAt ?? 0) >= closedAt);
  const back = own.filter((one) => one.region === region && (one.answeredAt ?? 0) >= openedAt);
  const ids = new Set(own.filter((one) => one.region === region).map(({ orderId }) => orderId));
  const during = visits.filter(({ home, answeredAt = 0 }) => home === region && answeredAt >= closedAt);
  const served = allOf('its customers since the failure who were served', countServed(during), during.length);
  const idsOf = ({ snapshot }: RegionSnapshot) => snapshot.orders.map(({ orderId }) => orderId);
  const elsewhere = (one: RegionSnapshot) => new Set(outage.after.filter((any) => any !== one).flatMap(idsOf));
  const findings: Finding[] = [
    ...judgeBoth(outage, elsewhere),
    firstWithin('time from the failure to the first order of one of its customers elsewhere', moved, closedAt),
    firstWithin('time from the return to the first order that it accepts', back, openedAt),
    atLeastOne('its orders that were repeated elsewhere', moved.filter((one) => ids.has(one.orderId)).length),
    { ...served, timing: true },
  ];
  return findings.map((finding) => ({ ...finding, what: `${region} fails and returns: ${finding.what}` }));
}

const countServed = (visits: OutageSeen['visits']) => visits.filter(({ status }) => status === 202).length;
