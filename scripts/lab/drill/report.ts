import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findingLines } from '../../report/finding.ts';
import type { DrillResult } from './drill.ts';

/** Builds a Markdown page that links its charts as files in the same folder. */
export function drillReport(name: string, { hypothesis, findings, facts, notes, charts }: DrillResult): string {
  const failed = findings.filter(({ holds }) => !holds);
  return [
    `# Drill: ${name}`,
    '',
    hypothesis,
    '',
    failed.length === 0 ? '**It holds.**' : `**It does not hold:** ${failed.map(({ what }) => what).join('; ')}.`,
    '',
    ...findingLines(findings),
    '',
    '| for information | |',
    '|---|---|',
    ...facts.map(([what, value]) => `| ${what} | ${value} |`),
    '',
    ...notes.map((note) => `- ${note}`),
    '',
    ...Object.keys(charts).map((file) => `![${file}](${file})`),
    '',
  ].join('\n');
}

/** Writes report and charts; returns the report's path. */
export function writeDrillReport(name: string, result: DrillResult, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const [file, svg] of Object.entries(result.charts)) writeFileSync(join(folder, file), svg);
  const path = join(folder, 'report.md');
  writeFileSync(path, drillReport(name, result));
  return path;
}
