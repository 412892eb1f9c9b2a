import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceNames } from '../../stacks/model/services.ts';
import { UsageError } from '../cli/cli.ts';
import { capitalize } from './capitalize.ts';
import type { Kept } from './kept.ts';
import { isIdentifier } from './syntax.ts';

/** Other words in the names of Azure's accounts. */
const azureAccounts = ['data', 'page', 'keys'];

/**
 * Limits of a name's length, and the identifiers derived from it: suffixes of the word, and of the capitalized word.
 */
interface Rules {
  readonly example: string;
  readonly shortest: number;
  readonly longest: number;
  readonly suffixes: string;
  readonly capitalSuffixes: string;
  /** Prefixes of the capitalized word. */
  readonly prefixes?: string;
}

/** Every service of the project is one word, and physical names have limits. */
const stepRules: Rules = {
  ...{ example: 'invoicing', shortest: 4, longest: 10 },
  suffixes: 'Queue|Requests?|Batch|Probe|Tests',
  capitalSuffixes: 'Queue|Request|Ports|Done|Message|MessagePorts',
};

const tableRules: Rules = {
  ...{ example: 'manuals', shortest: 4, longest: 16 },
  suffixes: 'Row|Key|RowKey|Path|Partition|Store|Resource|Tests',
  capitalSuffixes: 'Store|Resource|Body|Ports',
  prefixes: 'get|put|read|store|answer|Put|Read|Store',
};

/** @throws when the name cannot be that of a step */
export function requireStepName(name: string, folder: string, kept: Kept): void {
  requireWord(name, folder, stepRules);
  const start = name.slice(0, stepRules.shortest);
  if (!kept.azure) return;
  const alike = [...serviceNames, ...azureAccounts].find((one) => one.startsWith(start));
  if (alike !== undefined)
    throw refused(
      `'${name}' begins like '${alike}': Azure's storage accounts are named after the first ${stepRules.shortest} letters`,
    );
}

/** @throws when the name cannot be that of a table */
export const requireTableName = (name: string, folder: string): void => requireWord(name, folder, tableRules);

function requireWord(name: string, folder: string, rules: Rules): void {
  const { example, shortest, longest } = rules;
  if (!/^[a-z]+$/.test(name)) throw refused(`'${name}' must be one word of the letters a to z, such as ${example}`);
  if (name.length < shortest || name.length > longest)
    throw refused(`'${name}' must have ${shortest} to ${longest} letters, has ${name.length}`);
  if (!isIdentifier(name)) throw refused(`'${name}' is a keyword of TypeScript`);
  if (name in globalThis) throw refused(`'${name}' is a global name of JavaScript`);
  const place = findPlace(name, folder, rules);
  if (place !== undefined) throw new UsageError('name_taken', `'${name}' is taken: ${place}`, 'Choose another name.');
}

const refused = (message: string) => new UsageError('name_refused', message, 'Choose another name.');

/** The place where the code already uses the name: as a word, or in an identifier that the addition would create. */
function findPlace(name: string, folder: string, { suffixes, capitalSuffixes, prefixes }: Rules): string | undefined {
  const capital = capitalize(name);
  const before = prefixes === undefined ? '' : `(?:${prefixes})?`;
  const own = new RegExp(
    `['"\`/]${name}['"\`/]|\\b${name}(?:${suffixes})?\\b(?=\\s*[:=(,;{}\\]?.])|\\b${before}${capital}(?:${capitalSuffixes})?\\b(?=\\s*[:=(,;{}<>|])`,
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
