const formats = new Map<string, Intl.NumberFormat>();

/** Minor units (cents) as money. */
export function money(minorUnits: number, currency: string): string {
  const format = formats.get(currency) ?? new Intl.NumberFormat('en', { style: 'currency', currency });
  formats.set(currency, format);
  return format.format(minorUnits / 100);
}

const numbers = new Intl.NumberFormat('en');
export const count = (value: number): string => numbers.format(value);

/** A duration in its largest unit. */
export function age(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${Math.max(0, seconds)} s`;
  return seconds < 3_600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3_600)} h`;
}

const times = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dates = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });

export function moment(timestamp: string, now: number): string {
  const date = new Date(timestamp);
  const recent = now - date.getTime() < 12 * 3_600_000;
  return recent ? times.format(date) : `${dates.format(date)}, ${times.format(date)}`;
}
