import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A version of the example with one seeded bug, to test the checker. */
export interface Bug {
  readonly name: string;
  /** Path relative to this folder. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The invariant that must catch it. */
  readonly caughtBy: string;
}

/** The demo builds each of them; the simulation tries them, too. */
export const bugs: readonly Bug[] = [
  {
    name: 'unconditional-result',
    file: 'functions/store.ts',
    find: "ConditionExpression: '#state = :queued',",
    replace: "ConditionExpression: '#state = :queued OR attribute_exists(pk)',",
    caughtBy: 'written-once',
  },
  {
    name: 'swallowed-failure',
    file: 'functions/work-job.ts',
    find: 'if (attempt < maxAttempts) throw error;',
    replace: "if (attempt < maxAttempts) return 'failed';",
    caughtBy: 'ends',
  },
  {
    name: 'ignored-key',
    file: 'functions/submit-job.ts',
    find: 'const id = deriveJobId(customer, key);',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the code of the bug
    replace: 'const id = deriveJobId(customer, `${key}.${Math.random()}`);',
    caughtBy: 'stored-once',
  },
  {
    name: 'wrong-sum',
    file: 'functions/job.ts',
    find: 'number <= to;',
    replace: 'number < to;',
    caughtBy: 'right-result',
  },
  {
    name: 'read-by-anyone',
    file: 'functions/submit-job.ts',
    find: '|| job.customer !== customer',
    replace: '',
    caughtBy: 'own-jobs-only',
  },
];

/** @throws when the line does not occur exactly once: a bug that changes nothing proves nothing */
export function withBug({ name, file, find, replace }: Bug, source: string): string {
  const [before, after, ...more] = source.split(find);
  if (before !== undefined && after !== undefined && more.length === 0) return before + replace + after;
  throw new Error(`bug '${name}': its line must occur once in ${file}: ${find}`);
}

export const fileOf = ({ file }: Bug): string => join(import.meta.dirname, file);

export const buggySource = (bug: Bug): string => withBug(bug, readFileSync(fileOf(bug), 'utf8'));
