import type { Limit } from './limits.ts';

/** Each check gives no line, or one: property, limit, value got, what to do, and the page that sets the limit. */
export type Violations = readonly string[];

export function atMost(property: string, value: number, limit: Limit): Violations {
  return value <= limit.value
    ? []
    : [line(property, `at most ${amount(limit)}`, value, advice('Lower it', limit), limit)];
}

export function below(property: string, value: number, limit: Limit): Violations {
  return value < limit.value
    ? []
    : [line(property, `less than ${amount(limit)}`, value, advice('Lower it', limit), limit)];
}

export function atLeast(property: string, value: number, limit: Limit): Violations {
  return value >= limit.value ? [] : [line(property, `at least ${amount(limit)}`, value, 'Raise it', limit)];
}

export function wholeAndPositive(property: string, value: number): Violations {
  return Number.isInteger(value) && value > 0 ? [] : [promise(property, 'a whole number above 0', value, 'Correct it')];
}

export function wholeOrZero(property: string, value: number): Violations {
  return Number.isInteger(value) && value >= 0
    ? []
    : [promise(property, 'a whole number, 0 or more', value, 'Correct it')];
}

/** A promise between two numbers of ours, with no page to cite. */
export function holds(kept: boolean, ...[property, must, got, advise]: Parameters<typeof promise>): Violations {
  return kept ? [] : [promise(property, must, got, advise)];
}

function promise(property: string, must: string, got: unknown, advise: string): string {
  return `${property}: must be ${must}, got ${String(got)}. ${advise}`;
}

function line(property: string, must: string, got: number, advise: string, limit: Limit): string {
  return `${promise(property, must, got, advise)} (${limit.source})`;
}

const amount = (limit: Limit): string => `${limit.value} ${limit.unit}`;

const advice = (text: string, limit: Limit): string =>
  limit.adjustable ? `${text}, or have the quota raised and change stacks/model/checks/limits.ts` : text;
