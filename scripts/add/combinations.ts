import type { Options } from './add.ts';

/** The words and the option of one command. */
export interface Case {
  readonly words: readonly string[];
  readonly options: Options;
  /** Made before it, in the same copy. */
  readonly after?: Case;
}

const step = (name: string, trigger: string): Case => ({ words: ['step', name], options: { trigger } });
const table = (service: string): Case => ({ words: ['table', 'reviews'], options: { service } });
const index = (attribute: string, name: string): Case => ({ words: ['index', attribute], options: { table: name } });
const route: Case = { words: ['route', 'getReviews'], options: { path: '/products/{sku}/reviews' } };
const secret: Case = { words: ['secret', 'carrier'], options: { service: 'fulfilment' } };
const stage: Case = { words: ['stage', 'qa'], options: { region: 'eu-west-1' } };

/**
 * The additions made one after the other in one copy: a fork makes several, too, and a copy's checks take minutes. At most
 * one of each takes a share of the account's request rate, which has room for no more.
 */
export const combinations: readonly (readonly Case[])[] = [
  [step('invoicing', 'queue'), secret, route, index('name', 'catalog')],
  [step('invoicing', 'bus'), stage, table('catalog'), { ...index('text', 'reviews'), after: table('catalog') }],
  [step('invoicing', 'stream'), table('stock'), { ...index('text', 'reviews'), after: table('stock') }],
  [step('invoicing', 'timer'), step('ratings', 'api')],
];

export const describeCase = ({ words, options }: Case): string => [...words, ...Object.values(options)].join(' ');
