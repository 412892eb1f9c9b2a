import { project } from '../../functions/contracts/project.ts';

/** A word in lower-case letters, with its plural. */
export interface Word {
  readonly singular: string;
  readonly plural: string;
}

/** A fork's words for the project's own. */
export interface Names {
  readonly project: string;
  readonly order: Word;
  readonly sku: Word;
  readonly customer: Word;
}

/** The words that a fork may choose; each is an option of `npm run fork`. */
export const wordNames = ['order', 'sku', 'customer'] as const;
export type WordName = (typeof wordNames)[number];

export const ownNames: Names = {
  project,
  order: { singular: 'order', plural: 'orders' },
  sku: { singular: 'sku', plural: 'skus' },
  customer: { singular: 'customer', plural: 'customers' },
};

/** `booking`, or with an irregular plural `person:people`. */
export function toWord(text: string): Word {
  const [singular = '', plural = toPlural(singular)] = text.split(':');
  return { singular, plural };
}

/** The regular plural in English. */
function toPlural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
