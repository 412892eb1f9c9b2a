import type { Profile, Shape } from './schema.ts';
import { weekdays } from './schema.ts';

/** A rate of orders per second that changes linearly from `from` to `to`. */
export interface Segment {
  readonly seconds: number;
  readonly from: number;
  readonly to: number;
}

/** One profile to simulate: once, for all its occurrences in the period. */
export interface Run {
  readonly name: string;
  readonly segments: readonly Segment[];
  readonly seconds: number;
  /** Seconds since midnight, UTC. */
  readonly startsAt: number;
  /** Number of occurrences, or the share of a day that it fills. */
  readonly times: number;
  readonly isSale: boolean;
}

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of a duration such as `1h30m`. */
export function toSeconds(text: string): number {
  let seconds = 0;
  for (const [, number, unit = 's'] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    seconds += Number(number) * (unitSeconds[unit] ?? 1);
  return seconds;
}

export const daySeconds = 86_400;

const clockSeconds = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 3_600 + minutes * 60;
};

export function toSegments(shape: Shape): Segment[] {
  if (shape.stages) return fromStages(shape);
  if (shape.phases)
    return shape.phases.map(({ duration, arrivalRate, rampTo = arrivalRate }) => ({
      seconds: typeof duration === 'number' ? duration : toSeconds(duration),
      from: arrivalRate,
      to: rampTo,
    }));
  return fromDay(shape);
}

function fromStages({ stages = [], startRate = 0, timeUnit = '1s' }: Shape): Segment[] {
  const unit = toSeconds(timeUnit);
  let from = startRate / unit;
  return stages.map(({ duration, target }) => {
    const segment = { seconds: toSeconds(duration), from, to: target / unit };
    from = segment.to;
    return segment;
  });
}

/** A cosine over the day, in segments of ten minutes. */
function fromDay({ diurnal }: Shape): Segment[] {
  const { peak = 0, trough = 0, peakAt = '20:00' } = diurnal ?? {};
  const rateAt = (seconds: number) => {
    const angle = ((seconds - clockSeconds(peakAt)) / 86_400) * 2 * Math.PI;
    return (peak + trough) / 2 + ((peak - trough) / 2) * Math.cos(angle);
  };
  return Array.from({ length: 144 }, (_, index) => ({
    seconds: 600,
    from: rateAt(index * 600),
    to: rateAt((index + 1) * 600),
  }));
}

/** Number of occurrences of a calendar entry; day 1 is a Monday. */
export const countOccurrences = (at: string, days: number): number => beginsOf(at, days).length;

/** Start times of a calendar entry, in seconds since the start of the period. */
export function beginsOf(at: string, days: number): number[] {
  const clock = clockSeconds(at.split(' ').at(-1) ?? '00:00');
  return daysOf(at, days).map((day) => day * daySeconds + clock);
}

/** Days of the period on which an entry occurs, from 0. */
function daysOf(at: string, days: number): number[] {
  const [day = '', second = ''] = at.split(' ');
  if (day === 'day') return [Number(second) - 1];
  const all = Array.from({ length: days }, (_, index) => index);
  return day === 'daily' ? all : all.filter((index) => weekdays[index % 7] === day);
}

/** The period as runs: each entry with a time, and the entries that fill the rest. */
export function toRuns({ profiles, calendar, days }: Profile, scale = 1): Run[] {
  const secondsOf = (shape: Shape) => toSegments(shape).reduce((sum, { seconds }) => sum + seconds, 0);
  // Computed first, because an entry that fills the rest depends on all others, whatever their position.
  const filledSeconds = calendar.reduce((sum, { profile, at }) => {
    const shape = profiles[profile];
    return at === undefined || !shape ? sum : sum + countOccurrences(at, days) * secondsOf(shape);
  }, 0);
  const runs: Run[] = [];
  for (const { profile, at } of calendar) {
    const shape = profiles[profile];
    if (!shape) continue;
    const scaled = ({ seconds, from, to }: Segment) => ({ seconds, from: from * scale, to: to * scale });
    const [segments, seconds] = [toSegments(shape).map(scaled), secondsOf(shape)];
    const times = at === undefined ? (days * 86_400 - filledSeconds) / seconds : countOccurrences(at, days);
    const startsAt = at === undefined ? 0 : clockSeconds(at.split(' ').at(-1) ?? '00:00');
    if (times > 0) runs.push({ name: profile, segments, seconds, startsAt, times, isSale: at !== undefined });
  }
  return runs;
}

/** Orders per second at a time of the run; 0 after its end. */
export function rateAt(segments: readonly Segment[], seconds: number): number {
  let begin = 0;
  for (const { seconds: length, from, to } of segments) {
    if (seconds < begin + length) return from + ((to - from) * (seconds - begin)) / length;
    begin += length;
  }
  return 0;
}

export const peakOf = (segments: readonly Segment[]): number =>
  segments.reduce((peak, { from, to }) => Math.max(peak, from, to), 0);
