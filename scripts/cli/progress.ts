/** Progress: one overwritten line on a terminal, otherwise a line per new step. */
export interface Progress {
  step(text: string): void;
  /** A line that stays. */
  line(text: string): void;
  done(): void;
}

/** Writes to stderr: stdout is for the result. */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const overwrite = stream.isTTY === true;
  let open = false;
  let lastStep = '';
  const clear = () => {
    if (open) stream.write('\r\x1b[K');
    open = false;
  };
  return {
    step: (text) => {
      if (overwrite) {
        stream.write(`\r\x1b[K${text.slice(0, (stream.columns ?? 80) - 1)}`);
        open = true;
        return;
      }
      // Only terminals show the counter; a log file gets each step once.
      const step = text.replace(/\d+ of \d+.*/, '').trim();
      if (step !== lastStep) stream.write(`${step}\n`);
      lastStep = step;
    },
    line: (text) => {
      clear();
      stream.write(`${text}\n`);
    },
    done: clear,
  };
}
