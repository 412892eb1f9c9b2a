import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Workspace } from '../../platform/process/workspace.ts';

/** Built from scratch, so that the user's environment (cloud keys, for example) never reaches a local run. */
export function childEnvironment(
  workspace: Workspace,
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const temporary = join(workspace.folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const { SystemRoot } = process.env;
  return {
    PATH: [dirname(process.execPath), ...(SystemRoot === undefined ? ['/usr/bin', '/bin'] : [])].join(delimiter),
    HOME: workspace.folder,
    TMPDIR: temporary,
    ...(SystemRoot !== undefined && { SystemRoot, TEMP: temporary, TMP: temporary }),
    ...settings,
  };
}
