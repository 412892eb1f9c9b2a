import type { Report } from './report.ts';
import { writeReportPage } from './report-page.ts';

/** Writes the report's page into `folder`; returns its address and the verdict as the last lines of a command. */
export function publishReport(report: Report, folder: string, name: string): string {
  const { failures, success } = report;
  const address = writeReportPage(report, folder, name);
  const verdict = failures.length > 0 ? failures.map((failure) => `FAILED: ${failure}`) : [success];
  return `${[`report with charts: ${address}`, ...verdict].join('\n')}\n`;
}
