import * as z from 'zod';
import { parseJson } from '../../../functions/runtime/parse-json.ts';

const withReason = z.object({ reason: z.string(), body: z.string() });

/** A message of a poison queue: the host copies its body as it is, our own adapter puts the reason around it. */
export function openDeadLetter(messageText: string): { readonly body: string; readonly reason?: string } {
  const text = Buffer.from(messageText, 'base64').toString();
  return withReason.safeParse(parseJson(text)).data ?? { body: text };
}

export const deadLetterBody = (messageText: string): string => openDeadLetter(messageText).body;
