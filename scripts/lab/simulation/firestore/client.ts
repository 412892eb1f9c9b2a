import type { CallMaker } from '../world/calls.ts';
import { type Documents, type Fields, failure, type Write } from './documents.ts';

const codes = { deadlineExceeded: 4, resourceExhausted: 8, aborted: 10 };

interface Ref {
  readonly path: string;
}

/** The part of the Firestore client that the adapters use, over simulated documents. */
export function firestoreClient(documents: Documents, calls: CallMaker) {
  const call: Calling = <Answer>(name: string, work: () => Answer | Error) =>
    calls.make<Answer>({
      name,
      execute(answer, conflict) {
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

  /** Supports one equality filter only. */
  function collection(name: string) {
    const where = (field: string, _operator: string, value: unknown) => {
      const find = () =>
        [...documents.stored]
          .filter(([path, { fields }]) => path.startsWith(`${name}/`) && fields[field] === value)
          .map(([path]) => toSnapshot(documents, refTo(path)));
      const limit = (count: number) => ({
        get: () => call('query', () => ({ docs: find().slice(0, count) })),
      });
      return { limit };
    };
    return { where };
  }

  return { doc: refTo, getAll, runTransaction, collection };
}

type Calling = <Answer>(name: string, work: () => Answer | Error) => Promise<Answer>;

function buildRef(documents: Documents, call: Calling, path: string) {
  const ref = {
    path,
    get: () => call('get', () => toSnapshot(documents, ref)),
    create: (fields: Fields) => call('create', () => documents.commit([{ kind: 'create', path, fields }])),
    update: (fields: Fields) => call('update', () => documents.commit([{ kind: 'update', path, fields }])),
  };
  return ref;
}

function toSnapshot(documents: Documents, ref: Ref) {
  const stored = documents.stored.get(ref.path);
  return { ref, exists: stored !== undefined, updateTime: stored?.updateTime, data: () => stored?.fields };
}
