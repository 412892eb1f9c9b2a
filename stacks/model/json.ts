export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const toObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** Normalizes Terraform's blocks, which are one object or a list. */
export const toList = (value: Json | undefined): readonly Json[] => {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Json];
};

/** The first block, or an empty object. */
export const firstObject = (value: Json | undefined): JsonObject => toObject(toList(value)[0]);

/** Removes undefined values. */
export function compact(values: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as JsonObject;
}
