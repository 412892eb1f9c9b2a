import type * as z from 'zod';
import { ProblemError } from './problem.ts';

/** An opaque page position. It holds no customer, so a forged cursor reveals nothing new. */
export function encodeCursor(position: readonly string[]): string {
  return Buffer.from(position.join('|')).toString('base64url');
}

/** @throws {ProblemError} INVALID_CURSOR unless each part matches its grammar */
export function decodeCursor<const Parts extends readonly z.ZodType<string>[]>(
  cursor: string,
  grammars: Parts,
): { [Part in keyof Parts]: string } {
  const parts = Buffer.from(cursor, 'base64url').toString().split('|');
  const valid = parts.length === grammars.length && grammars.every((part, i) => part.safeParse(parts[i]).success);
  // The decoder skips junk; each position has one spelling.
  if (!valid || encodeCursor(parts) !== cursor) {
    throw new ProblemError('INVALID_CURSOR');
  }
  return parts as { [Part in keyof Parts]: string };
}
