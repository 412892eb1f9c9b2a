import { UsageError } from '../../cli/cli.ts';
import type { Draft } from '../draft.ts';
import { isIdentifier } from '../syntax.ts';
import { type Rows, type TableIndex, toIndex, toRows } from './table-index.ts';

/**
 * UTF-16 units, each at most three bytes: 1,500 bytes, where Firestore cuts an indexed value off. DynamoDB refuses one
 * above 2,048: https://firebase.google.com/docs/firestore/quotas#indexes
 */
const longest = 500;

/** @throws with one line when the table or the attribute cannot have the index */
export function requireIndex(draft: Draft, attribute: string, table: string): TableIndex {
  if (!/^[a-z][a-zA-Z]*$/.test(attribute) || !isIdentifier(attribute))
    throw refused(`'${attribute}' must be an attribute of the rows: letters, a small one first, such as name`);
  const rows = requireTable(draft, table);
  requireNoIndex(draft, rows);
  return toIndex(rows, attribute, requireText(draft, rows, attribute));
}

/** Other tables have rows of several kinds, or rows that the flow of an order writes. */
function requireTable(draft: Draft, table: string): Rows {
  const rows = toRows(/^[a-z]+$/.test(table) ? table : '');
  const isKnown = draft.find('stacks/model/resources.ts', ['tableNames', table]) !== undefined;
  if (isKnown && draft.find('functions/contracts/http.ts', [rows.body]) !== undefined) return rows;
  throw new UsageError(
    'table_refused',
    `--table is '${table}', must be catalog or a table that npm run add wrote`,
    'For example: npm run add -- index name --table catalog. For another table: docs/adding.md.',
  );
}

/** An access of the model holds one index, and a deploy adds one to a table. */
function requireNoIndex(draft: Draft, { table }: Rows): void {
  if (draft.find('stacks/model/table-shapes.ts', ['tableShapes', table])?.includes('indexes:'))
    throw new UsageError('index_taken', `'${table}' has an index already`, 'For a second one: docs/adding.md.');
}

/** @returns how long its values may be */
function requireText(draft: Draft, { table, word, body }: Rows, attribute: string): number {
  const row = draft.find('functions/contracts/rows.ts', [`${word}Row`, attribute]);
  const sent = draft.find('functions/contracts/http.ts', [body, attribute]) ?? '';
  const most = Number(/\.max\(([\d_]+)\)/.exec(sent)?.[1]?.replaceAll('_', ''));
  const isText = row === `${attribute}: z.string()` && /\bz\s*\.string\(\)/.test(sent) && /\.min\(1\)/.test(sent);
  if (isText && !sent.includes('.optional()') && most <= longest) return most;
  throw refused(
    `'${attribute}' of ${table} must be a text of 1 to at most ${longest} characters in ${word}Row and ${body}`,
  );
}

const refused = (message: string) =>
  new UsageError('name_refused', message, 'For example: npm run add -- index name --table catalog.');
