import type * as z from 'zod';
import { maxBodyBytes, maxBodyDepth } from '../contracts/body-limits.ts';
import type { HttpEvent } from '../contracts/http-event.ts';
import { ProblemError } from '../contracts/problem.ts';

/**
 * Parses a JSON body and validates it. Limits are checked first, to bound the parser's input.
 *
 * @throws {ProblemError} UNSUPPORTED_MEDIA_TYPE, REQUEST_TIMEOUT, BODY_TOO_LARGE, MALFORMED_JSON or INVALID_REQUEST
 */
export function parseBody<Schema extends z.ZodType>(event: HttpEvent, schema: Schema): z.infer<Schema> {
  checkMediaType(event.headers);
  if (event.isBodyLate) throw new ProblemError('REQUEST_TIMEOUT');
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

// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.6, with the spaces that some clients send around `=`.
const parameter = /;\s*(?:([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([\w!#$%&'*+.^`|~-]+))\s*)?/g;
const parameters = new RegExp(`^(?:${parameter.source})*$`);

function checkMediaType({ 'content-type': type = '', 'content-encoding': coding = 'identity' }: HttpEvent['headers']) {
  const [, mediaType = '', rest = ''] = /^\s*([^;\s]*)\s*(.*)$/s.exec(type.toLowerCase()) ?? [];
  if (mediaType !== 'application/json' || !parameters.test(rest))
    throw new ProblemError('UNSUPPORTED_MEDIA_TYPE', `got ${type.trim() || 'no content-type'}; send application/json`);
  for (const [, name, quoted, bare = ''] of rest.matchAll(parameter)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare;
    if (name === 'charset' && !/^utf-?8$/.test(value))
      throw new ProblemError('UNSUPPORTED_MEDIA_TYPE', `got the charset ${value}; send UTF-8`);
  }
  if (!coding.split(',').every((one) => ['', 'identity'].includes(one.trim().toLowerCase())))
    throw new ProblemError('UNSUPPORTED_MEDIA_TYPE', `got the content coding ${coding}; send the body as it is`);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A byte order mark is skipped, because some hosts skip it before us. */
function decode(bytes: Buffer): string {
  try {
    const text = utf8.decode(bytes);
    // Some hosts decode before us, and replace invalid bytes by U+FFFD.
    if (!text.includes('\ufffd')) return text;
  } catch {}
  throw new ProblemError('MALFORMED_JSON', 'the body is not valid UTF-8');
}

function parse(text: string): unknown {
  if (nestingDepth(text) > maxBodyDepth)
    throw new ProblemError('MALFORMED_JSON', `nested deeper than the limit of ${maxBodyDepth}`);
  let value: unknown;
  try {
    value = JSON.parse(text, rejectProto);
  } catch {
    throw new ProblemError('MALFORMED_JSON');
  }
  // Parsers differ in which of two equal members they use, and one before us may have judged the other.
  if (countNames(text) !== countMembers(value)) throw new ProblemError('MALFORMED_JSON', 'a member occurs twice');
  return value;
}

/** Matches member names in valid JSON: strings before a colon. A string's own colons are within it. */
const countNames = (text: string) =>
  Array.from(text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)).filter(([, colon]) => colon !== undefined).length;

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  return inner.reduce((sum: number, one) => sum + countMembers(one), Array.isArray(value) ? 0 : inner.length);
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
