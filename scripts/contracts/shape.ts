import type { Schema } from './recording.ts';

/** Types and values found at one place of a message. */
export interface Place {
  readonly types: Set<string>;
  readonly values: Set<string>;
}

/** Every place of a value: `order.allocation[].shard`. */
export function listPlaces(value: unknown, places = new Map<string, Place>(), path = ''): Map<string, Place> {
  const place = places.get(path) ?? { types: new Set(), values: new Set() };
  places.set(path, place);
  place.types.add(typeOf(value));
  if (Array.isArray(value)) for (const item of value) listPlaces(item, places, `${path}[]`);
  else if (isObject(value))
    for (const [name, one] of Object.entries(value)) {
      if (one !== undefined) listPlaces(one, places, path === '' ? name : `${path}.${name}`);
    }
  else place.values.add(JSON.stringify(value));
  return places;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Places that a schema reads. */
export function listRead(schema: Schema, path = ''): string[] {
  const {
    properties = {},
    items,
    anyOf,
    oneOf,
  } = schema as {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly items?: Schema;
    readonly anyOf?: readonly Schema[];
    readonly oneOf?: readonly Schema[];
  };
  const fields = Object.entries(properties).flatMap(([name, one]) =>
    listRead(one, path === '' ? name : `${path}.${name}`),
  );
  const others = [...(anyOf ?? []), ...(oneOf ?? [])].flatMap((one) => listRead(one, path));
  return [path, ...fields, ...(items ? listRead(items, `${path}[]`) : []), ...others];
}
