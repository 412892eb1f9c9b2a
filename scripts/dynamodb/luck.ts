/** What the seed of a simulation decided about one call. */
export interface Luck {
  /** Somebody else interferes: a conflict, or entries of a batch that are refused. */
  readonly conflict: boolean;
  /** From 0 to 1: which entries are refused, or how old a read is that is not consistent. */
  readonly pick: number;
}

/** Nobody interferes, reads are up to date, and no page ends early. */
export const calmLuck: Luck = { conflict: false, pick: 0.9995 };

/** Chooses any entries of a batch: at least one, and every other time several. */
export function pickEntries(count: number, pick: number): (index: number) => boolean {
  if (count === 0) return () => false;
  const first = Math.floor(pick * count);
  const bits = Math.floor(pick * 2 ** 32);
  return (index) => index === first || (bits & 1 & (bits >>> (1 + (index % 31)))) === 1;
}
