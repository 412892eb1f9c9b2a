import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import { addAnswers } from './answers.ts';
import { addDocuments } from './documents.ts';
import { addModel } from './model.ts';
import { requireIndex } from './requirements.ts';
import { addStore } from './store.ts';
import { addTests } from './tests.ts';

/** An index on one attribute of a table's rows: the store lists their products by it, as does the route that puts a row. */
export function addIndex(draft: Draft, attribute: string, table: string, kept: Kept): void {
  const index = requireIndex(draft, attribute, table);
  addModel(draft, index);
  addStore(draft, index, kept);
  addAnswers(draft, index);
  addTests(draft, index);
  addDocuments(draft, index, kept);
}
