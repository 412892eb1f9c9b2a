import { createReadStream, createWriteStream, existsSync, renameSync, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Service } from '../../../stacks/model/services.ts';
import { type LogLine, parseLogLine } from './log-line.ts';

/** In the folder of the run. */
export const lineFileName = 'function-lines.log';
/** Two files of this size at most: about 100,000 orders. */
const maxBytes = 64 * 1024 * 1024;
const olderOf = (file: string) => `${file}.1`;

/** Keeps the lines of the running platform's functions for commands in another terminal. */
export class LineFile {
  readonly #file: string;
  readonly #maxBytes: number;
  #stream: WriteStream;
  #bytes = 0;

  constructor(file: string, limit = maxBytes) {
    this.#file = file;
    this.#maxBytes = limit;
    this.#stream = this.#open();
  }

  write(service: Service, line: string): void {
    // Metrics are half of the text.
    if (!line.startsWith('{') || line.startsWith('{"_aws"')) return;
    const record = `${service} ${line}\n`;
    if (this.#bytes + record.length > this.#maxBytes) this.#rotate();
    this.#bytes += record.length;
    this.#stream.write(record);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve));
  }

  #rotate(): void {
    this.#stream.end();
    if (existsSync(this.#file)) renameSync(this.#file, olderOf(this.#file));
    this.#stream = this.#open();
    this.#bytes = 0;
  }

  #open(): WriteStream {
    // The folder of the run is removed at its end, perhaps before the last line.
    return createWriteStream(this.#file, { mode: 0o600 }).on('error', () => {});
  }
}

/** The lines that contain any of the texts, oldest first. */
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
