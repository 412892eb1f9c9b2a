// A fallback for machines without Google's emulator: the npm emulator behind a guard. Unguarded, it loses updates: it
// gives all transactions one id, ignores update times, keeps the first writes of a failed commit, and keeps the fields
// that an update removes.
import { randomBytes } from 'node:crypto';
import { FirestoreState } from '@firestore-emulator/server';
import { FirestoreServiceV1Impl } from '@firestore-emulator/server/dist/server/FirestoreServiceV1Impl/index.js';
import { Server, status } from '@grpc/grpc-js';
import { listen } from './listen.ts';

type Impl = FirestoreServiceV1Impl;
type CommitCall = Parameters<Impl['Commit']>[0];
type BatchGetCall = Parameters<Impl['BatchGetDocuments']>[0];
type QueryCall = Parameters<Impl['RunQuery']>[0];
type Write = CommitCall['request']['writes'][number];
interface Refused {
  readonly code: status;
  readonly message: string;
}

class GuardedFirestore extends FirestoreServiceV1Impl {
  readonly #state: FirestoreState;
  /** Versions read by each open transaction, by path. */
  readonly #reads = new Map<string, Map<string, number>>();
  #lastCommit = 0;

  constructor(state: FirestoreState) {
    super(state);
    this.#state = state;
  }

  override BeginTransaction(...[, callback]: Parameters<Impl['BeginTransaction']>): void {
    callback(null, { transaction: this.#begin() } as Parameters<typeof callback>[1]);
  }

  override Commit(call: CommitCall, callback: Parameters<Impl['Commit']>[1]): void {
    const { transaction, writes } = call.request;
    const refused =
      this.#findConflict(transaction) ?? writes.map((write) => this.#findFailedCondition(write)).find(Boolean);
    this.#reads.delete(keyOf(transaction));
    if (refused) {
      callback({ name: 'Error', ...refused }, null);
      return;
    }
    // Update times are in milliseconds: two commits within one could not be told apart.
    while (Date.now() <= this.#lastCommit);
    super.Commit(call, callback);
    for (const write of writes) if (write.has_update) this.#removeFields(write);
    this.#lastCommit = Date.now();
  }

  override BatchGetDocuments(call: BatchGetCall): void {
    const id = call.request.has_new_transaction ? this.#begin() : call.request.transaction;
    for (const path of call.request.documents) this.#remember(id, path);
    super.BatchGetDocuments(withTransactionId(call, id));
  }

  override RunQuery(call: QueryCall): void {
    const id = call.request.has_new_transaction ? this.#begin() : call.request.transaction;
    super.RunQuery(withTransactionId(call, id, (path) => this.#remember(id, path)));
  }

  /** Removes the fields that the mask names and the update lacks. */
  #removeFields({ update, update_mask: mask }: Write): void {
    const document = this.#state.getDocument(update.name);
    const gone = (mask?.field_paths ?? []).filter((name) => !update.fields.has(name));
    const fields: object = Reflect.get(document, 'fields');
    const kept = Object.entries(fields).filter(([name]) => !gone.includes(name));
    if (gone.length > 0) Reflect.set(document, 'fields', Object.fromEntries(kept));
  }

  #begin(): Uint8Array {
    const id = new Uint8Array(randomBytes(12));
    this.#reads.set(keyOf(id), new Map());
    return id;
  }

  #remember(id: Uint8Array, path: string): void {
    this.#reads.get(keyOf(id))?.set(path, this.#versionOf(path));
  }

  #versionOf(path: string): number {
    return this.#state.getDocument(path).metadata.updatedAt?.getTime() ?? 0;
  }

  #findConflict(id: Uint8Array): Refused | undefined {
    const reads = [...(this.#reads.get(keyOf(id)) ?? [])];
    if (reads.every(([path, version]) => this.#versionOf(path) === version)) return undefined;
    return { code: status.ABORTED, message: 'a document that the transaction read has changed' };
  }

  #findFailedCondition(write: Write): Refused | undefined {
    const path = write.has_delete ? write.delete : write.update.name;
    const condition = write.current_document;
    const version = this.#versionOf(path);
    if (!write.has_current_document) return undefined;
    if (condition.has_update_time) {
      const { seconds, nanos } = condition.update_time;
      if (version === seconds * 1_000 + nanos / 1e6) return undefined;
      return { code: status.FAILED_PRECONDITION, message: `${path} has another update time` };
    }
    if (condition.exists === version > 0) return undefined;
    return condition.exists
      ? { code: status.NOT_FOUND, message: `${path} does not exist` }
      : { code: status.ALREADY_EXISTS, message: `${path} exists` };
  }
}

const keyOf = (id: Uint8Array): string => Buffer.from(id).toString('hex');

/** Wraps a call so that its answers carry the transaction id `id`. */
function withTransactionId<Call extends BatchGetCall | QueryCall>(
  call: Call,
  id: Uint8Array,
  onFound?: (path: string) => void,
) {
  return new Proxy(call, {
    get(target, property) {
      if (property !== 'write') {
        const value = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return (answer: { transaction: Uint8Array; document?: { name: string } }) => {
        if (answer.transaction?.length) answer.transaction = id;
        if (answer.document?.name) onFound?.(answer.document.name);
        return Reflect.apply(target.write, target, [answer]);
      };
    },
  });
}

const server = new Server();
server.addService(FirestoreServiceV1Impl.definition, new GuardedFirestore(new FirestoreState()));
listen(server);
