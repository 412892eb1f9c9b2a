import type { Table } from './report.ts';

/** A requirement, with the value measured. A report prints its findings and is judged by nothing else. */
export interface Finding {
  readonly what: string;
  readonly measured: string;
  readonly limit: string;
  readonly holds: boolean;
  /** Marks a timing: a run of a few seconds on a busy machine proves nothing about it. */
  readonly timing?: true;
}

/** Requires all of `wanted`. Zero wanted is a failure: a check of nothing proves nothing. */
export function allOf(what: string, done: number, wanted: number): Finding {
  return { what, measured: `${done} of ${wanted}`, limit: 'all, at least one', holds: wanted > 0 && done === wanted };
}

/** Requires at least one. */
export function atLeastOne(what: string, count: number): Finding {
  return { what, measured: String(count), limit: 'at least 1', holds: count >= 1 };
}

/** Requires that none of the checked items is wrong, and that at least one was checked. */
export function noneWrong(what: string, looked: number, wrong: readonly string[]): Finding {
  const measured = wrong.length === 0 ? `${looked} checked` : `${wrong.length} wrong, the first: ${wrong[0]}`;
  return { what, measured, limit: 'none wrong, at least one checked', holds: looked > 0 && wrong.length === 0 };
}

export function atMost(what: string, value: number, limit: number, unit: string): Finding {
  return { what, measured: `${value} ${unit}`, limit: `at most ${limit} ${unit}`, holds: value <= limit };
}

export function describeFailures(findings: readonly Finding[]): string[] {
  return findings.filter(({ holds }) => !holds).map((one) => `${one.what}: ${one.measured}, expected ${one.limit}`);
}

export function findingTable(findings: readonly Finding[]): Table {
  const rows = findings.map((one) => [one.what, one.measured, one.limit, one.holds ? 'holds' : 'FAILED']);
  return { head: ['judged', 'measured', 'limit', 'verdict'], rows };
}
