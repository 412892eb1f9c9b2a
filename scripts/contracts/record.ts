import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../functions/contracts/project.ts';
import { CliError } from '../cli/cli.ts';
import { projectFolder } from '../platform/process/paths.ts';
import type { Recording } from './recording.ts';
import { anyProject, playContracts, recordingFile } from './run.ts';
import { readSchemas } from './schemas.ts';

/** Records this version as the one that the next version must understand. */
export async function recordContracts(): Promise<Recording> {
  const { version } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as Recording;
  const commit = readCommit();
  const { steps } = await playContracts([]);
  const recording: Recording = { version, ...(commit && { commit }), schemas: readSchemas(), steps };
  writeFileSync(recordingFile, format(recording).replaceAll(project, anyProject));
  return recording;
}

const sources = ['functions', 'package-lock.json'];

/**
 * The last commit that changed the functions; undefined outside of git.
 *
 * @throws {CliError} for uncommitted changes: this version could not be run beside the next one
 */
function readCommit(): string | undefined {
  const git = (...args: readonly string[]) => spawnSync('git', args, { cwd: projectFolder, encoding: 'utf8' });
  const changed = git('status', '--porcelain', '--', ...sources);
  if (changed.status !== 0) return undefined;
  if (changed.stdout !== '')
    throw new CliError(
      'functions_changed',
      `functions or packages have changes that are not committed: ${changed.stdout.trim().split('\n')[0]}`,
      'Commit them first: the release drill runs the functions of the recorded commit.',
    );
  return git('log', '-1', '--format=%H', '--', ...sources).stdout.trim() || undefined;
}

/** One line for each schema and step, so that a diff shows which of them changed. */
function format({ schemas, steps, ...head }: Recording): string {
  const line = (value: unknown) =>
    JSON.stringify(value).replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  const named = Object.entries(schemas).map(([message, schema]) => `    ${line(message)}: ${line(schema)}`);
  const fields = Object.entries(head).map(([name, value]) => `  ${line(name)}: ${line(value)},\n`);
  const played = steps.map((step) => `    ${line(step)}`);
  return `{\n${fields.join('')}  "schemas": {\n${named.join(',\n')}\n  },\n  "steps": [\n${played.join(',\n')}\n  ]\n}\n`;
}
