import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceNames } from '../../stacks/model/services.ts';
import { UsageError } from '../cli/cli.ts';
import type { Kept } from './kept.ts';
import { isIdentifier } from './syntax.ts';

/** The name of a step: every service of the project is one word, and physical names have limits. */
const shortest = 4;
const longest = 10;

/** Other things that Azure's accounts are named after. */
const azureAccounts = ['data', 'page', 'keys'];

/** @throws when the name cannot be that of a step */
export function requireStepName(name: string, folder: string, kept: Kept): void {
  if (!/^[a-z]+$/.test(name)) throw refused(`'${name}' must be one word of the letters a to z, such as invoicing`);
  if (name.length < shortest || name.length > longest)
    throw refused(`'${name}' must have ${shortest} to ${longest} letters, has ${name.length}`);
  if (!isIdentifier(name)) throw refused(`'${name}' is a keyword of TypeScript`);
  if (name in globalThis) throw refused(`'${name}' is a global name of JavaScript`);
  const place = findPlace(name, folder);
  if (place !== undefined) throw new UsageError('name_taken', `'${name}' is taken: ${place}`, 'Choose another name.');
  const start = name.slice(0, shortest);
  if (!kept.azure) return;
  const alike = [...serviceNames, ...azureAccounts].find((one) => one.startsWith(start));
  if (alike !== undefined)
    throw refused(
      `'${name}' begins like '${alike}': Azure's storage accounts are named after the first ${shortest} letters`,
    );
}

const refused = (message: string) => new UsageError('name_refused', message, 'Choose another name.');

/** Where the code has the name already: as a word of its own, or in the identifiers that a step gets. */
function findPlace(name: string, folder: string): string | undefined {
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  const own = new RegExp(
    `['"\`/]${name}['"\`/]|\\b${name}(?:Queue|Requests?|Batch|Probe|Tests)?\\b(?=\\s*[:=(,;{}\\]?.])|\\b${capital}(?:Queue|Request|Ports|Done|Message|MessagePorts)?\\b(?=\\s*[:=(,;{}<>|])`,
  );
  const files = globSync('{functions,stacks/model,scripts/{operations,sale,clouds}}/**/*.ts', {
    cwd: folder,
    exclude: (path) => path.includes('node_modules'),
  });
  for (const path of files.sort()) {
    const lines = readFileSync(join(folder, path), 'utf8').split('\n');
    const line = lines.findIndex((one) => !/^\s*(\/\/|\/?\*)/.test(one) && own.test(one));
    if (line >= 0) return `${path}:${line + 1}`;
  }
  return undefined;
}
