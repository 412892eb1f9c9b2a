import type { CallMaker } from '../world/calls.ts';
import { type Documents, type Fields, failure, type Write } from './documents.ts';

const codes = { deadlineExceeded: 4, resourceExhausted: 8, aborted: 10 };

interface Ref {
  readonly path: string;
}

/** Called for each document added to a collection, with the name of the process. */
export type OnAdded = (fields: Fields, sender: string) => void;

/** The part of the Firestore client that the adapters use, over simulated documents. */
export function firestoreClient(documents: Documents, calls: CallMaker, onAdded: OnAdded) {
  const call: Calling = <Answer>(name: string, work: () => Answer | Error) =>
    calls.make<Answer>({
      name,
      execute(answer, { conflict }) {
        answer(conflict ? failure('too much contention', codes.aborted) : work());
      },
      busy: () => failure('slow down', codes.resourceExhausted),
      lost: () => failure('no answer came in time', codes.deadlineExceeded),
    });
  const refTo = (path: string) => buildRef(documents, call, path);
  const getAll = (...refs: Ref[]) => call('getAll', () => refs.map((ref) => toSnapshot(documents, ref)));

  async function runTransaction<Result>(work: (transaction: object) => Promise<Result>): Promise<Result> {
    const writes: Write[] = [];
    const write =
      (kind: Write['kind']) =>
      ({ path }: Ref, fields: Fields, { lastUpdateTime }: { lastUpdateTime?: number } = {}) =>
        void writes.push({ kind, path, fields, lastUpdateTime });
    const transaction = { getAll, create: write('create'), update: write('update'), set: write('set') };
    const result = await work(transaction);
    if (writes.length > 0) await call('commit', () => documents.commit(writes));
    return result;
  }

  function addTo(collection: string, fields: Fields) {
    const sender = calls.scheduler.current?.name ?? '';
    return call('create', () => {
      const refused = documents.commit([{ kind: 'create', path: documents.newPath(collection), fields }]);
      if (!refused) onAdded(fields, sender);
      return refused;
    });
  }

  const collection = (name: string) => ({
    ...buildQuery(documents, call, { name }),
    add: (fields: Fields) => addTo(name, fields),
  });
  return { doc: refTo, getAll, runTransaction, collection };
}

type Fits = (fields: Fields) => boolean;

interface Query {
  readonly name: string;
  readonly filters?: readonly Fits[];
  readonly order?: { readonly field: string; readonly descending: boolean };
  readonly most?: number;
}

const operators: Record<string, (a: unknown, b: unknown) => boolean> = {
  '==': (a, b) => a === b,
  '<': (a, b) => String(a) < String(b),
  '>': (a, b) => String(a) > String(b),
};

/** Builds a query with Firestore's semantics: strongly consistent, over documents that have the fields it names. */
function buildQuery(documents: Documents, call: Calling, query: Query) {
  const { filters = [], order, most = Number.POSITIVE_INFINITY } = query;
  const find = () => {
    const found = [...documents.stored].filter(
      ([path, { fields }]) =>
        path.startsWith(`${query.name}/`) &&
        filters.every((fits) => fits(fields)) &&
        (!order || fields[order.field] !== undefined),
    );
    const keyOf = ([path, { fields }]: (typeof found)[number]) => (order ? String(fields[order.field]) : path);
    const sorted = found.toSorted((a, b) => (keyOf(a) < keyOf(b) === !order?.descending ? -1 : 1));
    return { docs: sorted.slice(0, most).map(([path]) => toSnapshot(documents, buildRef(documents, call, path))) };
  };
  return {
    where(field: string, operator: string, value: unknown) {
      const holds = operators[operator];
      if (!holds) throw new Error(`the simulated Firestore does not support '${operator}'`);
      const fits = (fields: Fields) => fields[field] !== undefined && holds(fields[field], value);
      return buildQuery(documents, call, { ...query, filters: [...filters, fits] });
    },
    orderBy: (field: string, direction: string) =>
      buildQuery(documents, call, { ...query, order: { field, descending: direction === 'desc' } }),
    limit: (count: number) => buildQuery(documents, call, { ...query, most: count }),
    get: () => call('query', find),
  };
}

type Calling = <Answer>(name: string, work: () => Answer | Error) => Promise<Answer>;

function buildRef(documents: Documents, call: Calling, path: string) {
  const ref = {
    path,
    get: () => call('get', () => toSnapshot(documents, ref)),
    create: (fields: Fields) => call('create', () => documents.commit([{ kind: 'create', path, fields }])),
    update: (fields: Fields) => call('update', () => documents.commit([{ kind: 'update', path, fields }])),
    delete: () => call('delete', () => documents.commit([{ kind: 'delete', path, fields: {} }])),
  };
  return ref;
}

function toSnapshot(documents: Documents, ref: Ref) {
  const stored = documents.stored.get(ref.path);
  const get = (field: string) => stored?.fields[field];
  return { ref, exists: stored !== undefined, updateTime: stored?.updateTime, data: () => stored?.fields, get };
}
