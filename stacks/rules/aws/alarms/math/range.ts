/** All values that something may have. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

const { POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;

export const anything: Range = { low: least, high: most };
export const notNegative: Range = { low: 0, high: most };
export const exactly = (value: number): Range => ({ low: value, high: value });

const spanning = (...ends: readonly number[]): Range =>
  ends.some(Number.isNaN) ? anything : { low: Math.min(...ends), high: Math.max(...ends) };

export const union = (...ranges: readonly Range[]): Range =>
  spanning(...ranges.flatMap(({ low, high }) => [low, high]));

/** Zero times anything is zero, also times infinity. */
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

const multiply = (a: Range, b: Range): Range =>
  spanning(times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high));

function divide(a: Range, b: Range): Range {
  if (b.low > 0 || b.high < 0) return multiply(a, spanning(1 / b.low, 1 / b.high));
  if (a.low === 0 && a.high === 0) return exactly(0);
  return a.low >= 0 && b.low >= 0 ? notNegative : anything;
}

const isTrue = ({ low, high }: Range): Range => ({
  low: low <= 0 && high >= 0 ? 0 : 1,
  high: low === 0 && high === 0 ? 0 : 1,
});

/** Whether one is less than another: 0, 1 or either. */
const less = (a: Range, b: Range, orEqual: boolean): Range => ({
  low: (orEqual ? a.high <= b.low : a.high < b.low) ? 1 : 0,
  high: (orEqual ? a.low <= b.high : a.low < b.high) ? 1 : 0,
});

const overlap = (a: Range, b: Range): Range => ({
  low: a.low === a.high && b.low === b.high && a.low === b.low ? 1 : 0,
  high: a.low <= b.high && b.low <= a.high ? 1 : 0,
});

const not = ({ low, high }: Range): Range => ({ low: 1 - high, high: 1 - low });

function both(a: Range, b: Range): Range {
  const [one, other] = [isTrue(a), isTrue(b)];
  return { low: Math.min(one.low, other.low), high: Math.min(one.high, other.high) };
}

function either(a: Range, b: Range): Range {
  const [one, other] = [isTrue(a), isTrue(b)];
  return { low: Math.max(one.low, other.low), high: Math.max(one.high, other.high) };
}

type Operator = (a: Range, b: Range) => Range;

/** The operators of metric math, loosest first. */
export const operators: readonly Readonly<Record<string, Operator>>[] = [
  { OR: either, '||': either },
  { AND: both, '&&': both },
  {
    '<': (a, b) => less(a, b, false),
    '<=': (a, b) => less(a, b, true),
    '>': (a, b) => less(b, a, false),
    '>=': (a, b) => less(b, a, true),
    '==': overlap,
    '!=': (a, b) => not(overlap(a, b)),
  },
  {
    '+': (a, b) => spanning(a.low + b.low, a.high + b.high),
    '-': (a, b) => spanning(a.low - b.high, a.high - b.low),
  },
  { '*': multiply, '/': divide },
  { '^': (a) => (a.low >= 0 ? notNegative : anything) },
];

export const negate = ({ low, high }: Range): Range => ({ low: -high, high: -low });

const rounded = (round: (value: number) => number) => (value: Range) => spanning(round(value.low), round(value.high));
const same = (...values: readonly Range[]): Range => union(...values);

/** The functions whose values are known; any other one may have any value. */
export const functions: Readonly<Record<string, (...values: readonly Range[]) => Range>> = {
  ABS: (value = anything) => (value.low >= 0 ? value : { low: 0, high: Math.max(-value.low, value.high) }),
  AVG: same,
  CEIL: (value = anything) => rounded(Math.ceil)(value),
  DATAPOINT_COUNT: () => notNegative,
  FILL: same,
  FLOOR: (value = anything) => rounded(Math.floor)(value),
  IF: (condition = anything, then = anything, otherwise = then) => {
    const { low, high } = isTrue(condition);
    if (low === 1) return then;
    return high === 0 ? otherwise : union(then, otherwise);
  },
  MAX: same,
  MIN: same,
  PERIOD: () => ({ low: 1, high: 86_400 }),
  SUM: (...values) => {
    const { low, high } = union(...values);
    return { low: low >= 0 ? low : least, high: high <= 0 ? high : most };
  },
};
