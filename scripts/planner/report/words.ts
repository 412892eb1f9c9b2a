import type { Run } from '../profile/load.ts';

/** Three significant digits, with thousands separators, the same on every machine. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const rounded = Number(value.toPrecision(3));
  if (Math.abs(rounded) >= 1_000) return group(Math.round(rounded));
  return String(Number(rounded.toFixed(3)));
}

const group = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

export const percent = (share: number): string => `${number(share * 100)} %`;

/** Dollars and cents, with a sign for a difference. */
export function dollars(usd: number, signed = false): string {
  const cents = Math.round(Math.abs(usd) * 100);
  const text = `$${group(Math.floor(cents / 100))}.${String(cents % 100).padStart(2, '0')}`;
  if (usd < 0 && cents > 0) return `-${text}`;
  return signed === true ? `+${text}` : text;
}

export const seconds = (value: number): string => (value < 1 ? `${number(value * 1_000)} ms` : `${number(value)} s`);

/** Time of day of an event in a run. */
export function clockOf({ startsAt }: Run, after: number): string {
  const second = Math.floor(startsAt + after) % 86_400;
  return [Math.floor(second / 3_600), Math.floor(second / 60) % 60, second % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
