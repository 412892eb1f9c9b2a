import type { Chart } from './chart.ts';
import { table } from './table.ts';

export interface Table {
  readonly head?: readonly string[];
  /** Numbers are aligned on the right. */
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Section {
  readonly title: string;
  readonly table?: Table;
  readonly notes?: readonly string[];
  readonly charts?: readonly Chart[];
}

/** The result of a run, for the terminal and as a page. */
export interface Report {
  readonly title: string;
  /** Description of the run, or of its purpose. */
  readonly about: string;
  /** The verdict if nothing failed. */
  readonly success: string;
  /** One text per failed check. */
  readonly failures: readonly string[];
  readonly sections: readonly Section[];
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The sections for a terminal, without charts. */
export function sectionsText(sections: readonly Section[]): string {
  const texts = sections.flatMap(({ title, table: shown, notes = [] }) => [
    ...(shown || notes.length > 0 ? ['', title] : []),
    ...(shown ? [table(shown.rows, [...(shown.head ?? [])])] : []),
    ...notes,
  ]);
  return `${texts.join('\n')}\n`;
}
