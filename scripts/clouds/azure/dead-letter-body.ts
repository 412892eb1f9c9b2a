import * as z from 'zod';
import { parseJson } from '../../../functions/runtime/parse-json.ts';

const withReason = z.object({ reason: z.string(), body: z.string() });

/** Parses a message of a poison queue: the host copies the body as it is; our adapter wraps it with the reason. */
export function parseDeadLetter(messageText: string): { readonly body: string; readonly reason?: string } {
  const text = Buffer.from(messageText, 'base64').toString();
  return withReason.safeParse(parseJson(text)).data ?? { body: text };
}

export const parseDeadLetterBody = (messageText: string): string => parseDeadLetter(messageText).body;
