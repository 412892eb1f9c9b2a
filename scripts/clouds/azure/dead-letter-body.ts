import * as z from 'zod';
import { parseJson } from '../../../functions/runtime/parse-json.ts';

const withReason = z.object({ reason: z.string(), body: z.string() });

/** The body of a message in a poison queue: the host copies it as it is, our own adapter puts the reason around it. */
export function deadLetterBody(messageText: string): string {
  const text = Buffer.from(messageText, 'base64').toString();
  return withReason.safeParse(parseJson(text)).data?.body ?? text;
}
