import type * as z from 'zod';
import { maxBodyBytes, maxBodyDepth } from '../contracts/http.ts';
import type { HttpEvent } from '../contracts/http-event.ts';
import { ProblemError } from '../contracts/problem.ts';

/**
 * Parses a JSON body and validates it. Limits are checked first, to bound the parser's input.
 *
 * @throws {ProblemError} UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, MALFORMED_JSON or INVALID_REQUEST
 */
export function parseBody<Schema extends z.ZodType>(event: HttpEvent, schema: Schema): z.infer<Schema> {
  checkMediaType(event.headers);
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBodyBytes)
    throw new ProblemError('BODY_TOO_LARGE', `got ${bytes.length} bytes; the limit is ${maxBodyBytes}`);
  return validate(schema, parse(decode(bytes)));
}

/** @throws {ProblemError} INVALID_REQUEST, naming every invalid field */
export function validate<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new ProblemError('INVALID_REQUEST', 'see `errors`', errors);
}

function checkMediaType({ 'content-type': type = '', 'content-encoding': coding = 'identity' }: HttpEvent['headers']) {
  const [mediaType, ...parameters] = type.split(';').map((part) => part.trim().toLowerCase());
  if (mediaType !== 'application/json')
    throw new ProblemError('UNSUPPORTED_MEDIA_TYPE', `got ${mediaType || 'no content-type'}; send application/json`);
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !/^"?utf-?8"?$/.test(charset))
    throw new ProblemError('UNSUPPORTED_MEDIA_TYPE', `got the charset ${charset}; send UTF-8`);
  if (coding.trim().toLowerCase() !== 'identity')
    throw new ProblemError('UNSUPPORTED_MEDIA_TYPE', `got the content coding ${coding}; send the body as it is`);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A byte order mark is skipped, because some hosts skip it before us. */
function decode(bytes: Buffer): string {
  try {
    const text = utf8.decode(bytes);
    // Some hosts decode before us, and put U+FFFD in the place of invalid bytes.
    if (!text.includes('\ufffd')) return text;
  } catch {}
  throw new ProblemError('MALFORMED_JSON', 'the body is not valid UTF-8');
}

function parse(text: string): unknown {
  if (nestingDepth(text) > maxBodyDepth)
    throw new ProblemError('MALFORMED_JSON', `nested deeper than the limit of ${maxBodyDepth}`);
  try {
    return JSON.parse(text, rejectProto);
  } catch {
    throw new ProblemError('MALFORMED_JSON');
  }
}

// Schemas do not see own `__proto__` members; no legitimate client sends one.
function rejectProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError(key);
  return value;
}

/** Nesting depth of a JSON text, without parsing it. */
function nestingDepth(text: string): number {
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
