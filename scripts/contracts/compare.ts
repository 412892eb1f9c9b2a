import * as z from 'zod';
import { compareSchemas } from './compare-schemas.ts';
import type { Sample, Schema } from './recording.ts';
import { listPlaces, listRead, type Place } from './shape.ts';

/** A reason why two versions are incompatible. */
export interface Difference {
  readonly message: string;
  /** The field; empty for the message as a whole. */
  readonly path: string;
  readonly what: string;
}

/** Schemas that one version reads with, and samples of the messages it writes. */
export interface Contracts {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
}

/** Everything this version writes that the previous one cannot read, and changes of the schemas that both read with. */
export function compareWritten(before: Contracts & { readonly version: string }, now: Contracts): Difference[] {
  const { version } = before;
  const samples = [...before.samples].flatMap(([message, those]) =>
    compareSamples({ version, message, schema: before.schemas[message] }, those, now.samples.get(message) ?? []),
  );
  const schemas = Object.entries(before.schemas).flatMap(([message, schema]) =>
    compareSchemas(schema, now.schemas[message], version).map((one) => ({ message, ...one })),
  );
  // A changed schema is the cause; the other differences may follow from it.
  return unique([...schemas, ...samples]);
}

interface Message {
  readonly version: string;
  readonly message: string;
  readonly schema: Schema | undefined;
}

function compareSamples(about: Message, old: readonly Sample[], now: readonly Sample[]): Difference[] {
  const { version, message, schema } = about;
  if (now.length === 0) return [{ message, path: '', what: `${version} wrote it, but nothing writes it now` }];
  const read = new Set(schema ? listRead(schema) : []);
  const [was, is] = [placesOf(old), placesOf(now)];
  const gone = [...was].flatMap(([path, place]) => {
    const what = comparePlaces(place, is.get(path), { version, read: read.has(path) });
    return what === undefined ? [] : [{ message, path, what }];
  });
  return [...gone, ...findUnreadable(about, now)];
}

/** Places in the body, and in the envelope around it. */
function placesOf(samples: readonly Sample[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const { body, envelope } of samples) {
    listPlaces(body, places);
    if (envelope) listPlaces(envelope, places, 'envelope');
  }
  return places;
}

/**
 * The schema checks the values that it reads. Keys, headers and attributes have no schema, so their values are
 * compared.
 */
function comparePlaces(
  was: Place,
  is: Place | undefined,
  { version, read }: { readonly version: string; readonly read: boolean },
): string | undefined {
  if (!is) return `${version} ${read ? 'reads' : 'wrote'} it, but it is no longer written`;
  const types = [...is.types].filter((type) => !was.types.has(type));
  if (types.length > 0) return `was ${[...was.types].join(' or ')} in ${version}, is ${types.join(' or ')}`;
  const lost = read ? [] : [...was.values].filter((value) => !is.values.has(value));
  if (lost.length === 0) return undefined;
  return `was ${lost[0]} in ${version}, is ${[...is.values].slice(0, 3).join(' or ')}`;
}

/** Messages of this version that the previous version's schema rejects. */
function findUnreadable({ version, message, schema }: Message, samples: readonly Sample[]): Difference[] {
  if (!schema) return [];
  const reader = z.fromJSONSchema(schema);
  return samples.flatMap(({ body }) =>
    (reader.safeParse(body).error?.issues ?? []).map(({ path, message: text }) => ({
      message,
      path: path
        .map((part) => (typeof part === 'number' ? '[]' : `.${String(part)}`))
        .join('')
        .replace(/^\./, ''),
      what: `${version} cannot read it: ${text}`,
    })),
  );
}

function unique(differences: readonly Difference[]): Difference[] {
  return [...new Map(differences.map((one) => [`${one.message} ${one.path} ${one.what}`, one])).values()];
}

export const describe = ({ message, path, what }: Difference): string =>
  `${message}${path === '' ? '' : `: ${path}`}: ${what}`;
