/**
 * Runs work at most once at a time per key. Callers that arrive during a run share the next one, which begins after
 * their call. Any number of concurrent callers cause two runs.
 */
export function oneAtATime<Result>(work: (key: string) => Promise<Result>): (key: string) => Promise<Result> {
  const running = new Map<string, Promise<Result>>();
  const next = new Map<string, Promise<Result>>();

  function start(key: string): Promise<Result> {
    next.delete(key);
    const run = work(key).finally(() => running.delete(key));
    running.set(key, run);
    return run;
  }

  return (key) => {
    const current = running.get(key);
    if (!current) return next.get(key) ?? start(key);
    const after = next.get(key) ?? current.then(ignore, ignore).then(() => start(key));
    next.set(key, after);
    return after;
  };
}

function ignore(): void {}
