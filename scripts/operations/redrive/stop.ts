/** True after Ctrl-C or `kill`, so that the work ends between two batches. */
export function stopAfterThis(): () => boolean {
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      asked = true;
    });
  return () => asked;
}
