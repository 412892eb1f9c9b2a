import { Presets, SingleBar } from 'cli-progress';

export interface Bar {
  update(done: number): void;
  stop(): void;
}

/** Progress of long work on stderr: a bar on a terminal, a line every two seconds elsewhere. */
export function showBar(name: string, total: number): Bar {
  const format = `  ${name.padEnd(16)} {bar} {value}/{total}  {duration_formatted}`;
  const settings = { format, hideCursor: true, noTTYOutput: true, notTTYSchedule: 2_000 };
  const bar = new SingleBar(settings, Presets.shades_classic);
  bar.start(total, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}
