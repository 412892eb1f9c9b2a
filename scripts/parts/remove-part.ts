import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { CliError } from '../cli/cli.ts';
import type { LineEdit, Part } from './parts.ts';

export interface Removal {
  readonly files: number;
  readonly lines: number;
  readonly editedLines: number;
}

/**
 * Deletes a part below a folder and makes its line edits, except those that the removal of another part of `all` has
 * made. Nothing is changed unless all of them fit.
 */
export function removePart(folder: string, part: Part, all: readonly Part[]): Removal {
  const files = listFiles(folder, part.paths);
  const lines = countLines(folder, files);
  const texts = new Map<string, string>();
  // A file that was deleted with another part needs no edit.
  const edits = part.edits.filter(
    (edit) => existsSync(join(folder, edit.file)) && !files.includes(edit.file) && !wasMade(folder, edit, all),
  );
  for (const edit of edits)
    texts.set(edit.file, applyEdit(texts.get(edit.file) ?? readFileSync(join(folder, edit.file), 'utf8'), edit));
  for (const path of part.paths.flatMap((pattern) => globSync(pattern, { cwd: folder })))
    rmSync(join(folder, path), { recursive: true, force: true });
  for (const [file, text] of texts) writeFileSync(join(folder, file), text);
  return { files: files.length, lines, editedLines: edits.length };
}

/** The source files that the globs name, without installed packages. */
export function listFiles(folder: string, paths: readonly string[]): string[] {
  const found = paths.flatMap((pattern) => globSync([pattern, `${pattern}/**/*`], { cwd: folder }));
  const files = found.filter((path) => !/(^|\/)(node_modules|package-lock\.json)(\/|$)/.test(path));
  return [...new Set(files)].filter((path) => statSync(join(folder, path)).isFile());
}

export function countLines(folder: string, files: readonly string[]): number {
  return files.reduce((sum, file) => sum + readFileSync(join(folder, file), 'utf8').split('\n').length - 1, 0);
}

function applyEdit(text: string, { file, line, to }: LineEdit): string {
  const lines = text.split('\n');
  const places = lines.flatMap((one, index) => (one.trim() === line ? [index] : []));
  const [place] = places;
  if (place === undefined || places.length > 1)
    throw new CliError(
      'line_not_found',
      `${file} has the line ${JSON.stringify(line)} ${places.length} times, must have it once`,
      'Nothing was changed. Edit the line by hand, and correct scripts/parts/parts.ts.',
    );
  const indentation = /^\s*/.exec(lines[place] ?? '')?.[0] ?? '';
  lines.splice(place, 1, ...(to === undefined ? [] : [indentation + to]));
  return lines.join('\n');
}

/** Whether the removal of another part has made the edit. */
export function wasMade(folder: string, { file, line }: LineEdit, all: readonly Part[]): boolean {
  return all.some(({ paths, edits }) => {
    const removed = !existsSync(join(folder, paths[0] ?? ''));
    return removed && edits.some((one) => one.file === file && one.line === line);
  });
}

/** Whether a path belongs to a part that was removed from the project. */
export function wasRemoved(folder: string, path: string, all: readonly Part[]): boolean {
  return all.some(({ paths }) => {
    const removed = !existsSync(join(folder, paths[0] ?? ''));
    return removed && paths.some((pattern) => matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`));
  });
}
