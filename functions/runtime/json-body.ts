import type * as z from 'zod';
import { maxBodyBytes, maxBodyDepth } from '../contracts/http.ts';
import type { HttpEvent } from '../contracts/http-event.ts';
import { ProblemError } from '../contracts/problem.ts';

/**
 * Reads a JSON body against its schema. The limits come first: they bound what the parser is given.
 *
 * @throws {ProblemError} UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, MALFORMED_JSON or INVALID_REQUEST
 */
export function readBody<Schema extends z.ZodType>(event: HttpEvent, schema: Schema): z.infer<Schema> {
  const mediaType = event.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    throw new ProblemError('UNSUPPORTED_MEDIA_TYPE', `got ${mediaType || 'no content-type'}`);
  }
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : (event.body ?? '');
  if (Buffer.byteLength(text) > maxBodyBytes)
    throw new ProblemError('BODY_TOO_LARGE', `the limit is ${maxBodyBytes} bytes`);
  return validate(schema, parse(text));
}

/** @throws {ProblemError} INVALID_REQUEST, naming every field that is wrong */
export function validate<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new ProblemError('INVALID_REQUEST', 'see `errors`', errors);
}

function parse(text: string): unknown {
  if (depthOf(text) > maxBodyDepth) throw new ProblemError('MALFORMED_JSON', `it nests deeper than ${maxBodyDepth}`);
  try {
    return JSON.parse(text, refuseProto);
  } catch {
    throw new ProblemError('MALFORMED_JSON');
  }
}

// Own `__proto__` members pass through schemas unseen; nobody who means well sends one.
function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError(key);
  return value;
}

/** The nesting of a JSON text, found without building it. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inString) {
      if (char === '\\') i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth);
    else if (char === '}' || char === ']') depth--;
  }
  return deepest;
}
