import { MultiBar, Presets } from 'cli-progress';

export interface Bar {
  update(done: number): void;
  stop(): void;
}

/** Progress of long work on stderr: bars on a terminal, a line every two seconds elsewhere. */
export class Progress {
  readonly #bars = new MultiBar(
    {
      format: '  {name} {bar} {value}/{total}  {duration_formatted}',
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: 2_000,
    },
    Presets.shades_classic,
  );

  note(text: string): void {
    process.stderr.write(`  ${text}\n`);
  }

  bar(name: string, total: number): Bar {
    const bar = this.#bars.create(total, 0, { name: name.padEnd(14) });
    return {
      update: (done) => bar.update(done),
      stop: () => bar.stop(),
    };
  }

  stop(): void {
    this.#bars.stop();
  }
}
