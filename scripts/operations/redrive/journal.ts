import { closeSync, existsSync, fdatasyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseJson } from '../../../functions/runtime/parse-json.ts';

/** The progress of a message. `not sent` revokes `sending`. */
export type Phase = 'sending' | 'not sent' | 'sent' | 'deleted';

/** The journal's line for one step of one message. */
export interface Line {
  readonly at: string;
  readonly queue: string;
  readonly id: string;
  readonly phase: Phase;
  readonly [detail: string]: unknown;
}

/** Where a journal is kept. */
export interface JournalFile {
  /** Content written by earlier runs. */
  readonly text: string;
  /** Returns once the text is on disk. */
  append(text: string): void;
  close(): void;
}

/**
 * The audit file. It lets a run complete an interrupted one: each step of each message is on disk before the next begins.
 * One JSON object per line, append-only.
 */
export class Journal {
  readonly #file: JournalFile;
  readonly #phases = new Map<string, Line>();

  constructor(file: string | JournalFile) {
    this.#file = typeof file === 'string' ? openFile(file) : file;
    const { text } = this.#file;
    for (const piece of text.split('\n')) {
      // A killed run may leave a torn last line. Its step counts as not taken, which is the safe reading.
      const line = parseJson(piece) as Line | undefined;
      if (line?.id) this.#phases.set(line.id, line);
    }
    if (text !== '' && !text.endsWith('\n')) this.#file.append('\n');
  }

  phaseOf(id: string): Phase | undefined {
    return this.#phases.get(id)?.phase;
  }

  /** Lines of the messages whose last step is this phase. */
  at(queue: string, phase: Phase): readonly Line[] {
    return [...this.#phases.values()].filter((line) => line.queue === queue && line.phase === phase);
  }

  /** Returns once the lines are on disk. */
  write(lines: readonly Omit<Line, 'at'>[]): void {
    if (lines.length === 0) return;
    const at = new Date().toISOString();
    const whole = lines.map((line) => ({ at, ...line }) as Line);
    this.#file.append(whole.map((line) => `${JSON.stringify(line)}\n`).join(''));
    for (const line of whole) this.#phases.set(line.id, line);
  }

  close(): void {
    this.#file.close();
  }
}

function openFile(path: string): JournalFile {
  mkdirSync(dirname(path), { recursive: true });
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const file = openSync(path, 'a', 0o600);
  return {
    text,
    append(more) {
      writeSync(file, more);
      fdatasyncSync(file);
    },
    close: () => closeSync(file),
  };
}
