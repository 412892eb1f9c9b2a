const day = 86_400;

/** Seconds between two runs. */
export interface Gaps {
  readonly shortest: number;
  /** A lower bound, because the days are ignored. */
  readonly longest: number;
}

/** The gaps by the minutes and hours of a cron expression, ignoring its days; undefined for other spellings. */
export function findGaps(minutes: string, hours: string): Gaps | undefined {
  const [ofHour, ofDay] = [expand(minutes, 60), expand(hours, 24)];
  if (ofHour === undefined || ofDay === undefined) return undefined;
  const times = ofDay.flatMap((hour) => ofHour.map((minute) => hour * 3_600 + minute * 60)).toSorted((a, b) => a - b);
  const gaps = times.map((time, at) => (times[at + 1] ?? (times[0] ?? 0) + day) - time);
  return times.length === 0 ? undefined : { shortest: Math.min(...gaps), longest: Math.max(...gaps) };
}

/** A field such as `0/5`, `1,2` or `8-18/2`. */
function expand(field: string, count: number): readonly number[] | undefined {
  const parts = field.split(',').map((part) => /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part));
  if (parts.includes(null)) return undefined;
  const values = parts.flatMap((part) => {
    const [, from, to, step] = part ?? [];
    const isSingle = from !== undefined && to === undefined && step === undefined;
    const first = Number(from ?? 0);
    const last = isSingle ? first : Number(to ?? count - 1);
    return Array.from({ length: count }, (_, at) => at).filter(
      (at) => at >= first && at <= last && (at - first) % Math.max(1, Number(step ?? 1)) === 0,
    );
  });
  return [...new Set(values)];
}
