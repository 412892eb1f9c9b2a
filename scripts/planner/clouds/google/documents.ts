import { host } from '../calibration/host.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Ref {
  readonly path: string;
}

interface Stored {
  readonly fields: Fields;
  readonly updateTime: number;
}

interface Change extends Ref {
  readonly kind: 'create' | 'update' | 'set' | 'delete';
  readonly fields: Fields;
}

const alreadyExists = 6;
const stored = new Map<string, Stored>();
let commits = 0;
let named = 0;

const collectionOf = (path: string): string => path.split('/')[0] ?? '';

const { recorder, rounds } = host;
const read = (ref: Ref) => {
  recorder.called(collectionOf(ref.path), { reads: 1 });
  return toSnapshot(ref);
};
const counted = (paths: readonly string[]) => {
  for (const collection of new Set(paths.map(collectionOf))) recorder.called(collection, { calls: 1 });
};

/** There is no other writer, so only the condition of a `create` can fail. Its write is billed all the same. */
function commit(changes: readonly Change[]): Error | object {
  counted(changes.map(({ path }) => path));
  const isTaken = changes.some(({ kind, path }) => kind === 'create' && stored.has(path));
  for (const { kind, path } of changes)
    recorder.called(collectionOf(path), kind === 'delete' ? { deletes: 1 } : { writes: 1 });
  if (isTaken) return Object.assign(new Error('already exists'), { code: alreadyExists });
  commits++;
  for (const { kind, path, fields } of changes) {
    const before = stored.get(path);
    if (kind === 'delete') stored.delete(path);
    else stored.set(path, { fields: merged(before?.fields ?? {}, fields), updateTime: commits });
    if (!before) recorder.called(collectionOf(path), { storedBytes: JSON.stringify(fields).length });
  }
  return {};
}

function merged(before: Fields, change: Fields): Fields {
  const after: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(change)) {
    const { increment, deleted } = (value ?? {}) as { increment?: number; deleted?: boolean };
    if (deleted) delete after[name];
    else after[name] = increment === undefined ? value : Number(after[name] ?? 0) + increment;
  }
  return after;
}

function toSnapshot({ path }: Ref) {
  const found = stored.get(path);
  const get = (field: string) => found?.fields[field];
  const exists = found !== undefined;
  return {
    id: path.split('/')[1],
    ref: refTo(path),
    exists,
    updateTime: found?.updateTime,
    data: () => found?.fields,
    get,
  };
}

const change = (kind: Change['kind'], path: string, fields: Fields = {}) =>
  rounds.answer(() => commit([{ kind, path, fields }]));

function refTo(path: string) {
  return {
    path,
    get: async () => (await getAll({ path }))[0],
    create: (fields: Fields) => change('create', path, fields),
    update: (fields: Fields) => change('update', path, fields),
    delete: () => change('delete', path),
  };
}

const getAll = (...refs: readonly Ref[]) =>
  rounds.answer(() => {
    counted(refs.map(({ path }) => path));
    return refs.map(read);
  });

async function runTransaction<Result>(work: (transaction: object) => Promise<Result>): Promise<Result> {
  const changes: Change[] = [];
  const write =
    (kind: Change['kind']) =>
    ({ path }: Ref, fields: Fields = {}) =>
      void changes.push({ kind, path, fields });
  const result = await work({ getAll, create: write('create'), update: write('update'), set: write('set') });
  if (changes.length > 0) await rounds.answer(() => commit(changes));
  return result;
}

interface Query {
  readonly name: string;
  readonly filters: readonly ((fields: Fields) => boolean)[];
  readonly order?: { readonly field: string; readonly descending: boolean };
  readonly most: number;
}

const operators: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '==': (a, b) => a === b,
  '<': (a, b) => String(a) < String(b),
  '>': (a, b) => String(a) > String(b),
};

function queryOf(query: Query) {
  return {
    where(field: string, operator: string, value: unknown) {
      const holds = operators[operator];
      if (!holds) throw new Error(`the counted Firestore does not support '${operator}'`);
      return queryOf({ ...query, filters: [...query.filters, (fields) => holds(fields[field], value)] });
    },
    orderBy: (field: string, direction: string) =>
      queryOf({ ...query, order: { field, descending: direction === 'desc' } }),
    limit: (most: number) => queryOf({ ...query, most }),
    get: () => rounds.answer(() => find(query)),
  };
}

/** A query that finds nothing costs one read. */
function find({ name, filters, order, most }: Query) {
  const keyOf = ([path, { fields }]: [string, Stored]) => (order ? String(fields[order.field]) : path);
  const found = [...stored]
    .filter(([path, { fields }]) => collectionOf(path) === name && filters.every((fits) => fits(fields)))
    .filter(([, { fields }]) => !order || fields[order.field] !== undefined)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) === !order?.descending ? -1 : 1))
    .slice(0, most);
  recorder.called(name, { calls: 1, reads: Math.max(1, found.length) });
  return { docs: found.map(([path]) => toSnapshot({ path })) };
}

export const database = {
  doc: refTo,
  getAll,
  runTransaction,
  collection: (name: string) => ({
    ...queryOf({ name, filters: [], most: Number.POSITIVE_INFINITY }),
    add: (fields: Fields) => change('create', `${name}/${named++}`, fields),
  }),
};
