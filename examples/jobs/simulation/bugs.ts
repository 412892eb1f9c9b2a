import { type Bug, bugs } from '../bugs.ts';

/** Bugs that need a crash, a stall or a race at the right place, which only some seeds produce. */
const rare: readonly Bug[] = [
  {
    name: 'attempts without a limit',
    file: 'functions/store.ts',
    find: 'AND attempts <= :last',
    replace: 'OR attempts <= :last',
    caughtBy: 'attempts',
  },
  {
    name: 'a repetition sends no message',
    file: 'functions/submit-job.ts',
    find: "if (job.state === 'QUEUED') await",
    replace: 'if (!existing) await',
    caughtBy: 'ends',
  },
  {
    name: 'a job that gave up gets no letter after a crash',
    file: 'functions/work-job.ts',
    find: "if (job.state !== 'QUEUED') return afterTheEnd(job);",
    replace: "if (job.state !== 'QUEUED') return 'ended before';",
    caughtBy: 'ends',
  },
  {
    name: 'a job that was given up overtakes one that is done',
    file: 'functions/work-job.ts',
    find: 'return ended ? afterTheEnd(ended) :',
    replace: "return ended ? 'exhausted' :",
    caughtBy: 'letters',
  },
  {
    name: 'a used key takes other work',
    file: 'functions/submit-job.ts',
    find: 'if (existing && !isSame(existing.work, work))',
    replace: 'if (existing && !existing.work)',
    caughtBy: 'stored-once',
  },
  {
    name: 'a message that is not understood is dropped',
    file: 'functions/messages.ts',
    find: "if (!data) return abandon('MALFORMED_MESSAGE');",
    replace: 'if (!data) return;',
    caughtBy: 'letters',
  },
];

export const simulatedBugs: readonly Bug[] = [...bugs, ...rare];
