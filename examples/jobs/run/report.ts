import { atLeastOne, describeFailures, findingTable, noneWrong } from '../../../scripts/report/finding.ts';
import { plural, type Report } from '../../../scripts/report/report.ts';
import { checkJobs } from '../check/invariants.ts';
import type { Ran } from './demo.ts';

/** The verdict about a run. A failure begins with the name of the invariant. */
export function reportOf({ evidence, faults, seconds }: Ran): Report {
  const { jobs, letters, submissions } = evidence;
  const findings = [
    ...checkJobs(evidence).map(({ id, what, checked, violations }) => noneWrong(`${id}: ${what}`, checked, violations)),
    // A run without faults, or without a job that always fails, would prove less than it claims.
    ...faults.map(({ kind, service, operation, injected }) =>
      atLeastOne(`calls hit: ${kind} ${service} ${operation}`, injected),
    ),
    atLeastOne('jobs that failed every attempt', jobs.filter(({ reason }) => reason === 'ATTEMPTS_EXHAUSTED').length),
  ];
  const ended = Map.groupBy(jobs, ({ state, reason }) => reason ?? state);
  const rows = [
    ['keys', submissions.length],
    ['jobs stored', jobs.length],
    ...[...ended].map(([state, all]) => [state, all.length]),
    ['dead letters', letters.length],
    ['seconds', Math.round(seconds)],
  ];
  return {
    title: 'Jobs: another workload on the same platform',
    about: `${plural(submissions.length, 'job')} submitted while calls failed, workers died and messages came twice.`,
    success: `ok: ${plural(jobs.length, 'job')} stored once, each ended, every invariant holds`,
    failures: describeFailures(findings),
    sections: [
      { title: 'Jobs', table: { rows } },
      { title: 'Checks', table: findingTable(findings) },
    ],
  };
}
