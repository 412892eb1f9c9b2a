import { isObject, type Json, type JsonObject, toList, toObject } from '../../model/json.ts';
import { parseLiteral } from '../../model/terraform/parse-literal.ts';

interface Expanded {
  readonly body: JsonObject;
  /** The blocks whose contents only an apply knows. */
  readonly unknown: readonly string[];
}

/** Writes a body's `dynamic` blocks out, at any depth, where the file has the values that they repeat over. */
export function expandDynamicBlocks(body: JsonObject): Expanded {
  const unknown: string[] = [];
  return { body: expand(body, unknown), unknown };
}

function expand({ dynamic, ...body }: JsonObject, unknown: string[]): JsonObject {
  const own = Object.entries(body).map(([key, value]) => [key, expandInner(value, unknown)] as const);
  const blocks = toList(dynamic)
    .flatMap((one) => Object.entries(toObject(one)))
    .flatMap(([name, block]) => toList(block).map((one) => [name, toObject(one)] as const));
  const expanded: Record<string, Json> = Object.fromEntries(own);
  for (const [name, block] of blocks) {
    const contents = repeat(name, block, unknown);
    if (contents) expanded[name] = [...toList(expanded[name]), ...contents];
    else unknown.push(name);
  }
  return expanded;
}

function expandInner(value: Json, unknown: string[]): Json {
  if (Array.isArray(value)) return value.map((one: Json) => expandInner(one, unknown));
  return isObject(value) ? expand(value, unknown) : value;
}

/** The block once a value; undefined if the values, or what the block takes from them, are not in the file. */
function repeat(name: string, block: JsonObject, unknown: string[]): readonly Json[] | undefined {
  const values = toValues(block.for_each);
  if (!values) return undefined;
  const iterator = String(block.iterator ?? name);
  const contents = values.flatMap(([key, value]) =>
    toList(block.content).map((one) => replace(one, iterator, { key, value })),
  );
  const isKnown = !JSON.stringify(contents).match(new RegExp(`\\b${iterator}\\.(key|value)\\b`));
  return isKnown ? contents.map((one) => expandInner(one, unknown)) : undefined;
}

/** Keys and values of a list, a set or a map. */
function toValues(each: Json | undefined): readonly (readonly [key: Json, value: Json])[] | undefined {
  const value = typeof each === 'string' ? parseExpression(each) : each;
  if (Array.isArray(value)) return value.map((one: Json, at) => [at, one] as const);
  return isObject(value) ? Object.entries(value) : undefined;
}

function parseExpression(text: string): Json | undefined {
  const [, whole = ''] = /^\$\{(.*)\}$/s.exec(text.trim()) ?? [];
  const [, set] = /^toset\((.*)\)$/s.exec(whole) ?? [];
  return parseLiteral(set ?? whole);
}

/** Puts what `${name.value}` and `${name.value.part}` stand for into a block. */
function replace(content: Json, iterator: string, of: { readonly key: Json; readonly value: Json }): Json {
  if (Array.isArray(content)) return content.map((one: Json) => replace(one, iterator, of));
  if (isObject(content))
    return Object.fromEntries(Object.entries(content).map(([key, one]) => [key, replace(one, iterator, of)]));
  if (typeof content !== 'string') return content;
  const find = (path: string): Json | undefined => {
    const [first = '', ...parts] = path.split('.');
    return parts.reduce<Json | undefined>((value, part) => toObject(value)[part], first === 'key' ? of.key : of.value);
  };
  const piece = `\\$\\{\\s*${iterator}\\.((?:key|value)(?:\\.\\w+)*)\\s*\\}`;
  const [, only] = new RegExp(`^${piece}$`).exec(content) ?? [];
  if (only !== undefined) return find(only) ?? content;
  return content.replaceAll(new RegExp(piece, 'g'), (whole, path: string) => {
    const value = find(path);
    return value === undefined || typeof value === 'object' ? whole : String(value);
  });
}
