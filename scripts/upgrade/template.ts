import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli/cli.ts';

/** The origin of a fork. It contains none of the replaced words: the answers are stored as they are passed on. */
export interface Template {
  readonly version: string;
  readonly commit: string;
  /** Source of later versions; null if only `--from` can name it. */
  readonly source: string | null;
  /** The words in the sequence of their options. */
  readonly answers: { readonly name: string; readonly words: readonly string[]; readonly dropped: readonly string[] };
}

export const templateFile = 'template.json';

export function readTemplate(folder: string): Template {
  const path = join(folder, templateFile);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Template;
  throw new CliError(
    'template_missing',
    `there is no ${templateFile} here, so this is not a fork`,
    'Every fork has this file: docs/upgrading.md.',
  );
}
