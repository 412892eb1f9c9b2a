/** A simulation's random choices for one call, from its seed. */
export interface Luck {
  /** Another client interferes: a conflict, or unprocessed entries of a batch. */
  readonly conflict: boolean;
  /** From 0 to 1. Chooses the unprocessed entries, or the lag of an eventually consistent read. */
  readonly pick: number;
  /** Every read is up to date. */
  readonly fresh?: true;
}

/** No interference, no lag, and no page that ends early. */
export const calmLuck: Luck = { conflict: false, pick: 0.9995, fresh: true };

/** Chooses any entries of a batch: at least one, and every other time several. */
export function pickEntries(count: number, pick: number): (index: number) => boolean {
  if (count === 0) return () => false;
  const first = Math.floor(pick * count);
  const bits = Math.floor(pick * 2 ** 32);
  return (index) => index === first || (bits & 1 & (bits >>> (1 + (index % 31)))) === 1;
}
