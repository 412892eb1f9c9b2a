import { createHash } from 'node:crypto';
import { capitalize } from '../capitalize.ts';

/** A step's name in every spelling, and the names derived from it. */
export interface Spelling {
  /** One word of small letters, the same in code, queues and documents. */
  readonly name: string;
  /** Capitalized, for types and the beginning of sentences. */
  readonly capital: string;
  /** In upper case, for variables. */
  readonly upper: string;
  readonly queue: string;
  readonly deadLetters: string;
}

export function toSpelling(name: string): Spelling {
  const capital = capitalize(name);
  const queue = `${name}-requests`;
  return { name, capital, upper: name.toUpperCase(), queue, deadLetters: `${queue}-dlq` };
}

/** CDK's logical id of a queue: https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html#identifiers-logical-ids */
export function toLogicalId(queue: string): string {
  const digest = createHash('md5').update(`Queues/${queue}/Resource`).digest('hex').slice(0, 8).toUpperCase();
  return `Queues${queue.replaceAll('-', '')}${digest}`;
}
