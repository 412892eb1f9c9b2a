import { describeFailures, findingTable } from '../../report/finding.ts';
import type { Report } from '../../report/report.ts';
import type { DrillResult } from './drill.ts';

export function drillReport(name: string, { hypothesis, findings, facts, notes, charts }: DrillResult): Report {
  return {
    title: `Drill: ${name}`,
    about: hypothesis,
    success: `The hypothesis holds: all ${findings.length} limits are kept.`,
    failures: describeFailures(findings),
    sections: [
      { title: 'Over time', charts },
      { title: 'For information', table: { rows: facts }, notes },
      { title: 'Judged', table: findingTable(findings) },
    ],
  };
}
