// Supports only even intervals: "*/5 * * * * *" (every five seconds), "0 * * * * *" (every minute).
/** Seconds between two runs of an NCRONTAB schedule. */
export function parseScheduleSeconds(schedule: string): number {
  const [seconds = '', minutes = '', ...rest] = schedule.trim().split(/\s+/);
  const every = (field: string) => Number(/^\*(?:\/(\d+))?$/.exec(field)?.[1] ?? (field === '*' ? 1 : Number.NaN));
  const even = rest.length === 4 && rest.every((field) => field === '*');
  const result = seconds === '0' ? every(minutes) * 60 : minutes === '*' ? every(seconds) : Number.NaN;
  if (even && result > 0) return result;
  throw new Error(
    `the local Functions host does not support the schedule '${schedule}'; use */N in seconds or minutes`,
  );
}

/** Calls `run` at the interval, never concurrently. */
export function startTimer(seconds: number, run: () => Promise<unknown>): { stop(): Promise<void> } {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= run().finally(() => {
      running = undefined;
    });
  }, seconds * 1_000);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
