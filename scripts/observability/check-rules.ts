import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlarmRow } from '../../stacks/model/operations/alarm-row.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { runProgram } from '../platform/process/run-program.ts';
import { observabilityFolder, prometheusConfig } from './files.ts';
import { ruleTests } from './rule-tests.ts';

/** promtool's findings in the rules of a stage; '' if none. `rows`: the alarms to breach; default: all. */
export async function checkRules(
  promtool: string,
  stage: Stage,
  { rows, folder = join(observabilityFolder, 'rules') }: { rows?: readonly AlarmRow[]; folder?: string } = {},
): Promise<string> {
  const files = ['recording', `alerts-${stage.name}`].map((name) => join(folder, `${name}.yml`));
  const place = mkdtempSync(join(tmpdir(), 'rule-tests-'));
  try {
    const tests = join(place, 'tests.yml');
    writeFileSync(tests, ruleTests(stage, { files, ...(rows && { rows }) }));
    const { code, output } = await runProgram(promtool, ['test', 'rules', tests]);
    return code === 0 ? '' : output || `promtool ended with ${code}`;
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** promtool's findings in the configuration and in the syntax of all rules; '' if none. */
export async function checkConfiguration(promtool: string): Promise<string> {
  const { code, output } = await runProgram(promtool, ['check', 'config', prometheusConfig]);
  return code === 0 ? '' : output;
}
