import { toSeconds } from '../profile/load.ts';
import type { Profile } from '../profile/schema.ts';

/** Seconds since the begin of the run. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

/** A worker that throws for a share of its batches, instead of reporting the failed messages. */
export interface ThrownErrors extends Outage {
  readonly worker: 'settlement' | 'fulfilment';
  readonly share: number;
}

/** What fails during a run. */
export interface Faults {
  readonly outages: readonly Outage[];
  readonly thrown: readonly ThrownErrors[];
}

/** Reason of an element. */
export const slowedByErrors = 'thrown errors slow the pollers';

export const noFaults: Faults = { outages: [], thrown: [] };

export function toFaults({ faults }: Profile): Faults {
  const spanOf = (fault: { readonly after: string; readonly for: string }): Outage => {
    const from = toSeconds(fault.after);
    return { from, to: from + toSeconds(fault.for) };
  };
  return {
    outages: faults.flatMap(({ partnerDown }) => (partnerDown ? [spanOf(partnerDown)] : [])),
    thrown: faults.flatMap(({ workerThrows: fault }) =>
      fault ? [{ ...spanOf(fault), worker: fault.worker, share: fault.share }] : [],
    ),
  };
}

/** Share of a worker's batches that throw at a time. */
export function thrownShare(thrown: readonly ThrownErrors[], worker: ThrownErrors['worker'], now: number): number {
  const active = thrown.filter((fault) => fault.worker === worker && now >= fault.from && now < fault.to);
  return active.reduce((most, { share }) => Math.max(most, share), 0);
}
