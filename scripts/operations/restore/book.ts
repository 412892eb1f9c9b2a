import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { CliError } from '../../cli/cli.ts';
import type { BookEntry } from '../../sale/check/snapshot.ts';

const bookEntries = z.array(
  z.object({ orderId: z.string(), sku: z.string(), quantity: z.int(), state: z.enum(['accepted', 'refused']) }),
);

/** The partner's book, from a file or an address. @throws {CliError} book_invalid */
export async function readBook(place: string): Promise<readonly BookEntry[]> {
  const invalid = (why: string) =>
    new CliError(
      'book_invalid',
      `${place} is not the partner's book: ${why}`,
      'See --book in npm run restore -- --help',
    );
  try {
    const text = /^https?:/.test(place) ? await (await fetch(place)).text() : readFileSync(place, 'utf8');
    const parsed = bookEntries.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw invalid(parsed.error.issues[0]?.message ?? 'unreadable');
  } catch (error) {
    throw error instanceof CliError ? error : invalid((error as Error).message);
  }
}
