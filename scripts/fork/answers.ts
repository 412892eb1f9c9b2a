import type { PartName } from '../parts/parts.ts';
import { type Names, type Word, wordNames } from './words.ts';

/** The forking team's decisions. The fork's first version depends on nothing else. */
export interface Answers {
  readonly names: Names;
  /** Parts that the fork leaves out, as in `scripts/parts/parts.ts`. */
  readonly dropped: readonly PartName[];
}

/**
 * The form in `template.json`: the words in the sequence of `wordNames`, so that the file contains none of the old
 * words.
 */
export interface StoredAnswers {
  readonly name: string;
  readonly words: readonly string[];
  readonly dropped: readonly PartName[];
}

export function toStored({ names, dropped }: Answers): StoredAnswers {
  const words = wordNames.map((name) => `${names[name].singular}:${names[name].plural}`);
  return { name: names.project, words, dropped };
}

export function fromStored({ name, words, dropped }: StoredAnswers): Answers {
  const [order, sku, customer] = words.map(toPair);
  if (!order || !sku || !customer) throw new Error(`template.json: words must be three, got ${words.length}`);
  return { names: { project: name, order, sku, customer }, dropped };
}

function toPair(text: string): Word {
  const [singular = '', plural = ''] = text.split(':');
  return { singular, plural };
}
