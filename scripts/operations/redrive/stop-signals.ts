/** Returns a function that is true after Ctrl-C or `kill`, so that a run can stop between batches. */
export function watchStopSignals(): () => boolean {
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      asked = true;
    });
  return () => asked;
}
