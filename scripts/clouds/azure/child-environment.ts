import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Workspace } from '../../platform/process/workspace.ts';

/** Built from nothing: what the user's environment holds (keys of a cloud, say) has no business in a local run. */
export function childEnvironment(workspace: Workspace, own: Readonly<Record<string, string>>): Record<string, string> {
  const temporary = join(workspace.folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const { SystemRoot } = process.env;
  return {
    PATH: [dirname(process.execPath), ...(SystemRoot === undefined ? ['/usr/bin', '/bin'] : [])].join(delimiter),
    HOME: workspace.folder,
    TMPDIR: temporary,
    ...(SystemRoot !== undefined && { SystemRoot, TEMP: temporary, TMP: temporary }),
    ...own,
  };
}
