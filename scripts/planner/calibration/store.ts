import { marshall } from '@aws-sdk/util-dynamodb';
import { keyPrefixes } from '../../../functions/contracts/table-keys.ts';
import type { TableName } from '../../../stacks/model/services.ts';
import { type Command, chargeOf, chargeOfPage, listTouched, storedBytes } from '../../dynamodb/consumed.ts';
import type { Item } from '../../dynamodb/expressions.ts';
import { calmLuck } from '../../dynamodb/luck.ts';
import type { Query } from '../../dynamodb/pages.ts';
import { type Answer, type BatchWrites, type Requests, Tables, type Write } from '../../dynamodb/tables.ts';
import type { Recorder } from './recorder.ts';

/** A record of the orders table's stream that the projection's filter lets through. */
export interface EventRecord {
  readonly image: object;
}

/** The tables of the calibration: every call is charged to the recorder. */
export class CountedStore {
  /** Event rows that were inserted and not yet projected. */
  readonly events: EventRecord[] = [];
  readonly #tables: Tables;
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    const refuse = (text: string) => new Error(text);
    const watch = (table: string, before: Item | undefined, after: Item) => this.#changed(table, before, after);
    this.#tables = new Tables({ now: () => 0, watch, refuse });
  }

  execute(command: Command): Answer | Error {
    const touched = listTouched(command);
    const find = () => touched.map(({ table, key }) => this.#tables.get(table, key));
    const before = find();
    const outcome = this.#run(command);
    const after = find();
    const charges = touched.map((one, index) => chargeOf(one, before[index], after[index]));
    const page = outcome instanceof Error ? undefined : (outcome.Items as readonly Item[] | undefined);
    this.#recorder.called(`dynamodb.${toOperation(command.constructor.name)}`);
    this.#recorder.charged(page ? [chargeOfPage(command, page)] : charges);
    return outcome;
  }

  #run({ constructor: { name }, input }: Command): Answer | Error {
    const [write, query] = [input as Write, input as Query];
    const entries = (input.TransactItems ?? []).map((entry) => Object.values(entry)[0] as Write);
    const tables = this.#tables;
    switch (name) {
      case 'GetCommand':
        return tables.read({ ...write, ...query }, calmLuck);
      case 'BatchGetCommand':
        return tables.readEach(input.RequestItems as Requests, calmLuck);
      case 'BatchWriteCommand':
        return tables.writeEach(input.RequestItems as BatchWrites, calmLuck);
      case 'QueryCommand':
        return tables.query(query, calmLuck);
      case 'ScanCommand':
        return tables.scan(query, calmLuck);
      case 'TransactGetCommand':
        return tables.readTogether(entries, calmLuck);
      case 'TransactWriteCommand': {
        const commit = tables.begin(entries, calmLuck);
        return commit instanceof Error ? commit : commit();
      }
      default:
        return tables.write(write, calmLuck);
    }
  }

  #changed(table: string, before: Item | undefined, after: Item): void {
    const bytes = storedBytes(table, after) - (before ? storedBytes(table, before) : 0);
    this.#recorder.stored(table as TableName, bytes);
    if (table === 'orders' && !before && String(after.sk).startsWith(keyPrefixes.event))
      this.events.push({ image: marshall(after, { removeUndefinedValues: true }) });
  }
}

/** As the API names it: `TransactWriteCommand` is `TransactWriteItems`. */
function toOperation(command: string): string {
  const name = command.replace(/Command$/, '');
  if (name === 'Query' || name === 'Scan') return name;
  return name.startsWith('Transact') ? `${name}Items` : `${name}Item`;
}
