import { closeSync, createReadStream, existsSync, openSync, renameSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Service } from '../../../stacks/model/services.ts';
import { type LogLine, parseLogLine } from './log-line.ts';

/** File name in the run's folder. */
export const lineFileName = 'function-lines.log';
/** Maximum size of each of two files: about 100,000 orders in all. */
const maxBytes = 64 * 1024 * 1024;
const olderOf = (file: string) => `${file}.1`;

/**
 * Keeps the running functions' lines for commands in another terminal. Writes synchronously: a stream would open its
 * file later, perhaps after a rotation renamed it, and a killed platform would lose buffered lines.
 */
export class LineFile {
  readonly #file: string;
  readonly #maxBytes: number;
  #descriptor: number | undefined;
  #bytes = 0;

  constructor(file: string, limit = maxBytes) {
    this.#file = file;
    this.#maxBytes = limit;
    this.#descriptor = openSync(file, 'w', 0o600);
  }

  write(service: Service, line: string): void {
    // Metrics, half of the text, are left out.
    if (!line.startsWith('{') || line.startsWith('{"_aws"')) return;
    const record = `${service} ${line}\n`;
    if (this.#bytes + record.length > this.#maxBytes) this.#rotate();
    if (this.#descriptor === undefined) return;
    this.#bytes += record.length;
    writeSync(this.#descriptor, record);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #rotate(): void {
    this.close();
    // The run's folder is removed at its end, perhaps before the last line is written.
    if (!existsSync(this.#file)) return;
    renameSync(this.#file, olderOf(this.#file));
    this.#descriptor = openSync(this.#file, 'w', 0o600);
    this.#bytes = 0;
  }
}

/** Reads the lines that contain any of the texts, oldest first. */
export async function readLineFile(file: string, texts: readonly string[]): Promise<LogLine[]> {
  const found: LogLine[] = [];
  for (const path of [olderOf(file), file]) {
    if (!existsSync(path)) continue;
    for await (const record of createInterface({ input: createReadStream(path) })) {
      if (!texts.some((text) => record.includes(text))) continue;
      const space = record.indexOf(' ');
      const line = parseLogLine(record.slice(0, space) as Service, record.slice(space + 1));
      if (line) found.push(line);
    }
  }
  return found;
}
