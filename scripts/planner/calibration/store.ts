import { marshall } from '@aws-sdk/util-dynamodb';
import { keyPrefixes } from '../../../functions/contracts/table-keys.ts';
import type { TableName } from '../../../stacks/model/services.ts';
import {
  type Command,
  chargeOf,
  chargeOfPage,
  listTouched,
  storedBytes,
  type Touched,
} from '../../dynamodb/consumed.ts';
import { execute } from '../../dynamodb/execute.ts';
import type { Item } from '../../dynamodb/expressions.ts';
import { type Answer, Tables } from '../../dynamodb/tables.ts';
import { addPayload } from './payload.ts';
import type { Recorder } from './recorder.ts';

/** A record of the orders table's stream that passes the projection's filter. */
export interface EventRecord {
  readonly image: object;
}

/** The tables of the calibration: every call is charged to the recorder. */
export class CountedStore {
  /** Inserted event rows that are not yet projected. */
  readonly events: EventRecord[] = [];
  readonly #tables: Tables;
  readonly #recorder: Recorder;
  readonly #payloadBytes: number;

  /** @param payloadBytes that each order and event holds beyond what the code writes */
  constructor(recorder: Recorder, payloadBytes: number) {
    this.#recorder = recorder;
    this.#payloadBytes = payloadBytes;
    const refuse = (text: string) => new Error(text);
    const watch = (table: string, before: Item | undefined, after: Item) => this.#changed(table, before, after);
    this.#tables = new Tables({ now: () => 0, watch, refuse });
  }

  execute(sent: Command): Answer | Error {
    const command = addPayload(sent, this.#payloadBytes);
    const touched = listTouched(command);
    const find = () => touched.map(({ table, key }) => this.#tables.get(table, key));
    const before = find();
    const outcome = execute(this.#tables, command);
    const after = find();
    const charges = touched.map((one, index) => chargeOf(one, before[index], after[index]));
    const page = outcome instanceof Error ? undefined : (outcome.Items as readonly Item[] | undefined);
    this.#recorder.called(`dynamodb.${toOperation(command.constructor.name)}`, placeOf(command, touched));
    this.#recorder.charged(page ? [chargeOfPage(command, page)] : charges);
    return outcome;
  }

  #changed(table: string, before: Item | undefined, after: Item): void {
    const bytes = storedBytes(table, after) - (before ? storedBytes(table, before) : 0);
    this.#recorder.stored(table as TableName, bytes);
    if (table === 'orders' && !before && String(after.sk).startsWith(keyPrefixes.event))
      this.events.push({ image: marshall(after, { removeUndefinedValues: true }) });
  }
}

/** The tables of a call, and the index of a query. */
function placeOf({ input: { TableName = '', IndexName } }: Command, touched: readonly Touched[]): string {
  const tables = new Set(touched.length > 0 ? touched.map(({ table }) => table) : [TableName]);
  return [...tables].toSorted().join('+') + (IndexName === undefined ? '' : `#${IndexName}`);
}

/** The API's name: `TransactWriteCommand` is `TransactWriteItems`. */
function toOperation(command: string): string {
  const name = command.replace(/Command$/, '');
  if (name === 'Query' || name === 'Scan') return name;
  return name.startsWith('Transact') ? `${name}Items` : `${name}Item`;
}
