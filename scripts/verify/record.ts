import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './lines.ts';
import type { LineResult } from './run-line.ts';

/** The last run of a line. */
export interface Recorded extends Omit<LineResult, 'name'> {
  /** Short hash, with `+changes` if files were changed. */
  readonly commit: string;
  /** ISO 8601 UTC, to the minute. */
  readonly date: string;
}

export interface RecordedLine {
  readonly name: string;
  readonly what: string;
  readonly things: string;
  /** Undefined if it was never run. */
  readonly last?: Recorded;
}

/** The record and the page made from it, in the folder of the documents. */
export const recordFile = 'verified.json';
export const pageFile = 'verified.md';

export function readRecord(folder: string): readonly RecordedLine[] {
  const file = join(folder, recordFile);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RecordedLine[]) : [];
}

/** All lines, with these results in place of their earlier ones. */
export function updateRecord(
  before: readonly RecordedLine[],
  lines: readonly Pick<Line, 'name' | 'what' | 'things'>[],
  results: readonly LineResult[],
  { commit, date }: Pick<Recorded, 'commit' | 'date'>,
): readonly RecordedLine[] {
  return lines.map(({ name, what, things }) => {
    const found = results.find((result) => result.name === name);
    const earlier = before.find((line) => line.name === name)?.last;
    // A line that did not run keeps its last result.
    if (!found || found.verdict === 'not run') return { name, what, things, ...(earlier && { last: earlier }) };
    const { name: _, ...result } = found;
    return { name, what, things, last: { ...result, commit, date } };
  });
}

export function writeRecord(folder: string, record: readonly RecordedLine[]): void {
  writeFileSync(join(folder, recordFile), `${JSON.stringify(record, null, 2)}\n`);
  writeFileSync(join(folder, pageFile), formatPage(record));
}

export function formatPage(record: readonly RecordedLine[]): string {
  return [
    '# Verified',
    '',
    'The last run of each line of `npm run verify`, which writes this page: checks too long for `npm test`. Each',
    'result applies to its commit only. `npm run verify -- --only NAME` runs one line.',
    '',
    '| line | what it proves | result | done | duration | commit | date |',
    '|---|---|---|---|---|---|---|',
    ...record.map(formatRow),
    '',
  ].join('\n');
}

function formatRow({ name, what, things, last }: RecordedLine): string {
  if (!last) return `| ${name} | ${what} | never run | | | | |`;
  const { verdict, reason, count, seconds, commit, date } = last;
  const result = reason === undefined ? verdict : `${verdict}: ${reason.replaceAll('|', '/')}`;
  return `| ${name} | ${what} | ${result} | ${count} ${things} | ${formatDuration(seconds)} | \`${commit}\` | ${date} |`;
}

export function formatDuration(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
