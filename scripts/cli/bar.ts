import { MultiBar, Presets } from 'cli-progress';

export interface Bar {
  update(done: number): void;
  stop(): void;
}

export interface Bars {
  show(name: string, total: number): Pick<Bar, 'update'>;
  stop(): void;
}

/** Progress of parallel tasks on stderr: bars on a terminal, otherwise a line every two seconds. */
export function showBars(): Bars {
  const format = '  {name} {bar} {value}/{total}  {duration_formatted}';
  const settings = { format, hideCursor: true, noTTYOutput: true, notTTYSchedule: 2_000 };
  const bars = new MultiBar(settings, Presets.shades_classic);
  return {
    show: (name, total) => {
      const bar = bars.create(total, 0, { name: name.padEnd(16) });
      return { update: (done) => bar.update(done) };
    },
    stop: () => bars.stop(),
  };
}

export function showBar(name: string, total: number): Bar {
  const bars = showBars();
  return { update: bars.show(name, total).update, stop: bars.stop };
}
