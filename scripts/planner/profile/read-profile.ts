import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { CliError } from '../../cli/cli.ts';
import { findContradiction } from './check-profile.ts';
import { type Profile, profileSchema } from './schema.ts';

const hint = 'The words are in docs/planning.md; an example is docs/samples/plan-prod.yaml.';

/** Reads a profile. @throws {CliError} profile_missing, profile_unreadable or profile_invalid */
export function readProfile(file: string): Profile {
  return parseProfile(readText(file), file);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError('profile_missing', `cannot read the profile ${file}: ${(error as Error).message}`, hint);
  }
}

/** @throws {CliError} profile_unreadable or profile_invalid, with one line */
export function parseProfile(text: string, file: string): Profile {
  const value = parseYaml(text, file);
  const parsed = profileSchema.safeParse(value);
  if (!parsed.success) throw invalid(file, describeIssue(parsed.error.issues[0] as z.core.$ZodIssue, value));
  const contradiction = findContradiction(parsed.data);
  if (contradiction !== undefined) throw invalid(file, contradiction);
  return parsed.data;
}

function parseYaml(text: string, file: string): unknown {
  const document = parseDocument(text, { lineCounter: new LineCounter(), prettyErrors: true });
  const [error] = document.errors;
  if (error) throw unreadable(file, error);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (tooMany) {
    throw unreadable(file, tooMany as Error);
  }
}

const unreadable = (file: string, { message }: Error) =>
  new CliError('profile_unreadable', `${file} is not YAML: ${message.split('\n')[0]}`, hint);

const invalid = (file: string, problem: string) => new CliError('profile_invalid', `${file}: ${problem}`, hint);

/** Path, value and what is allowed, in one line. */
function describeIssue(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [inner] = issue.errors.at(-1) ?? [];
    if (inner) return describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, value);
  }
  const path = toPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const allowed = allowedKeys(issue.path);
    return `${path === '' ? 'the profile' : path} has the unknown key '${issue.keys[0]}'${allowed}`;
  }
  const got = valueAt(value, issue.path);
  const is = got === undefined ? 'is missing' : `is ${show(got)}`;
  return `${path === '' ? 'the profile' : path} ${is}, must be ${toAllowed(issue)}`;
}

/** Zod's own messages. The schema's custom messages are more specific. */
const zodsOwn = /^Invalid input/;

function toAllowed(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && !zodsOwn.test(issue.message)) return issue.message;
  const things = 'origin' in issue && issue.origin === 'array' ? ' entry' : '';
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`;
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${things}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    case 'invalid_value':
      return `one of ${issue.values.join(', ')}`;
    default:
      return issue.message.replace(/^Invalid input: expected /, '');
  }
}

const toPath = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function show(value: unknown): string {
  // JSON cannot represent YAML's `.nan` and `.inf`.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  const quoted = text.startsWith('"') ? `'${String(value)}'` : text;
  return quoted.length > 60 ? `${quoted.slice(0, 57)}...` : quoted;
}

/** The keys allowed at a path, from the schema. */
function allowedKeys(path: readonly PropertyKey[]): string {
  let at: unknown = profileSchema;
  for (const part of path) at = inside(at, part);
  const allowed = (unwrap(at) as { shape?: object } | undefined)?.shape ?? definition(unwrap(at)).keyType?.def?.entries;
  return allowed ? `, must be one of ${Object.keys(allowed).join(', ')}` : '';
}

interface Definition {
  readonly innerType?: unknown;
  readonly element?: unknown;
  readonly valueType?: unknown;
  /** Present only in a record with fixed keys. */
  readonly keyType?: { readonly def?: { readonly entries?: object } };
}

const definition = (schema: unknown): Definition => (schema as { def?: Definition } | undefined)?.def ?? {};

function unwrap(schema: unknown): unknown {
  const { innerType } = definition(schema);
  return innerType === undefined ? schema : unwrap(innerType);
}

function inside(schema: unknown, part: PropertyKey): unknown {
  const outer = unwrap(schema);
  const { element, valueType } = definition(outer);
  return element ?? valueType ?? (outer as { shape?: Record<PropertyKey, unknown> } | undefined)?.shape?.[part];
}
