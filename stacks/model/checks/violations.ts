import type { Limit } from './limits.ts';

/** Each check returns at most one line: property, limit, value got, what to do, and the page that documents the limit. */
export type Violations = readonly string[];

export function atMost(property: string, value: number, limit: Limit): Violations {
  return value <= limit.value
    ? []
    : [violationWithSource(property, `at most ${amount(limit)}`, value, adviceFor('Lower it', limit), limit)];
}

export function below(property: string, value: number, limit: Limit): Violations {
  return value < limit.value
    ? []
    : [violationWithSource(property, `less than ${amount(limit)}`, value, adviceFor('Lower it', limit), limit)];
}

export function atLeast(property: string, value: number, limit: Limit): Violations {
  return value >= limit.value
    ? []
    : [violationWithSource(property, `at least ${amount(limit)}`, value, 'Raise it', limit)];
}

export function wholeAndPositive(property: string, value: number): Violations {
  return Number.isInteger(value) && value > 0
    ? []
    : [violation(property, 'a whole number above 0', value, 'Correct it')];
}

export function wholeOrZero(property: string, value: number): Violations {
  return Number.isInteger(value) && value >= 0
    ? []
    : [violation(property, 'a whole number, 0 or more', value, 'Correct it')];
}

/** An invariant between our own settings, without a page to cite. */
export function mustHold(
  satisfied: boolean,
  ...[property, must, got, advice]: Parameters<typeof violation>
): Violations {
  return satisfied ? [] : [violation(property, must, got, advice)];
}

function violation(property: string, must: string, got: unknown, advice: string): string {
  return `${property}: must be ${must}, got ${String(got)}. ${advice}`;
}

function violationWithSource(property: string, must: string, got: number, advice: string, limit: Limit): string {
  return `${violation(property, must, got, advice)} (${limit.source})`;
}

const amount = (limit: Limit): string => `${limit.value} ${limit.unit}`;

const adviceFor = (text: string, limit: Limit): string =>
  limit.adjustable ? `${text}, or request a higher quota and update stacks/model/checks/limits.ts` : text;
