import type { Schema } from './recording.ts';
import { isObject } from './shape.ts';

interface Change {
  readonly path: string;
  readonly what: string;
}

/**
 * Each version reads the other's messages, so their schemas must be equal, except for new optional fields. A reader
 * that accepts more is a change, too: its writers may rely on it.
 */
export function compareSchemas(was: Schema, is: Schema | undefined, version: string, path = ''): Change[] {
  if (!is) return [{ path, what: `${version} reads it, but no schema describes it now` }];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => !handled.has(name));
  const own = names
    .filter((name) => !isEqual(was[name], is[name]))
    .map((name) => ({ path, what: `${name} was ${show(was[name])} in ${version}, is ${show(is[name])}` }));
  return [...own, ...compareFields(was, is, version, path), ...compareNested(was, is, version, path)];
}

const handled = new Set(['properties', 'required', 'items', 'anyOf', 'oneOf', 'description', 'title']);
const isEqual = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
const show = (value: unknown) => (value === undefined ? 'not set' : JSON.stringify(value));

function compareFields(was: Schema, is: Schema, version: string, path: string): Change[] {
  const [before, after] = [fieldsOf(was), fieldsOf(is)];
  const changed = Object.entries(before.properties).flatMap(([name, schema]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const one = after.properties[name];
    if (!one) return [{ path: at, what: `${version} reads it, but no schema describes it now` }];
    return [
      ...compareRequired(before.required, after.required, { name, at, version }),
      ...compareSchemas(schema, one, version, at),
    ];
  });
  const added = [...after.required].filter((name) => !(name in before.properties));
  const demanded = added.map((name) => ({
    path: path === '' ? name : `${path}.${name}`,
    what: `is required, but ${version} does not write it`,
  }));
  return [...changed, ...demanded];
}

function compareRequired(
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  { name, at, version }: { readonly name: string; readonly at: string; readonly version: string },
): Change[] {
  if (before.has(name) === after.has(name)) return [];
  if (before.has(name)) return [{ path: at, what: `may be missing, but ${version} requires it` }];
  return [{ path: at, what: `is required, but ${version} may omit it` }];
}

function fieldsOf({ properties, required }: Schema) {
  return {
    properties: (isObject(properties) ? properties : {}) as Readonly<Record<string, Schema>>,
    required: new Set(Array.isArray(required) ? (required as readonly string[]) : []),
  };
}

function compareNested(was: Schema, is: Schema, version: string, path: string): Change[] {
  const items =
    isObject(was.items) || isObject(is.items)
      ? compareSchemas((was.items ?? {}) as Schema, is.items as Schema | undefined, version, `${path}[]`)
      : [];
  const choices = ['anyOf', 'oneOf'].filter((name) => !isEqual(was[name], is[name]));
  return [
    ...items,
    ...choices.map((name) => ({ path, what: `${name} was ${show(was[name])} in ${version}, is ${show(is[name])}` })),
  ];
}
