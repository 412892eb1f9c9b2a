import { ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import { documents } from '../../../../functions/adapters/aws/dynamodb-client.ts';
import { failure } from '../channels.ts';
import type { CallMaker } from '../world/calls.ts';
import { type Answer, cancellation, type Query, type Requests, Tables, type Watch, type Write } from './tables.ts';

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

interface MultiItemInput {
  readonly RequestItems?: Requests;
  readonly TransactItems?: readonly Readonly<Partial<Record<'Put' | 'Update' | 'Get' | 'ConditionCheck', Write>>>[];
}

/** How long a transaction locks its items: an assumption, growing per item. */
const holdMs = (items: number) => 4 + 0.1 * items;

const slowDown = new ProvisionedThroughputExceededException({ $metadata: {}, message: 'slow down' });
const timeout = failure('TimeoutError');

/** Connects the adapters' shared client to simulated tables. */
export function simulateTables(calls: CallMaker, watch: Watch): Tables {
  const tables = new Tables(watch);
  Object.assign(documents, { send: dynamoClient(tables, calls) });
  return tables;
}

/** Implements `documents.send`: every command takes time and may fail. */
function dynamoClient(tables: Tables, calls: CallMaker) {
  function execute(name: string, input: Write & Query & MultiItemInput, conflict: boolean): Answer | Error {
    switch (name) {
      case 'GetCommand':
        return { Item: tables.get(input.TableName, input.Key) };
      case 'BatchGetCommand':
        // A conflict here leaves a key unprocessed.
        return tables.readEach(input.RequestItems ?? {}, conflict);
      case 'PutCommand':
      case 'UpdateCommand':
        return tables.write(input, conflict);
      case 'QueryCommand':
        // Indexes lag: a conflict here hides the latest row.
        return tables.query(input, conflict);
      case 'TransactGetCommand':
        return tables.readTogether(listWrites(input), conflict);
      default:
        throw new Error(`the simulated client does not support ${name}; add it to dynamodb/client.ts`);
    }
  }

  function transact(input: MultiItemInput, conflict: boolean, answer: (outcome: Answer | Error) => void): void {
    const writes = listWrites(input);
    const commit = tables.begin(writes, conflict);
    // The server commits even if its client has died.
    if (commit instanceof Error) answer(commit);
    else calls.scheduler.after(holdMs(writes.length), undefined, () => answer(commit()));
  }

  return (command: Command): Promise<Answer> => {
    const name = command.constructor.name;
    const input = command.input as Write & Query & MultiItemInput;
    return calls.make<Answer>({
      name,
      execute(answer, conflict) {
        if (name === 'TransactWriteCommand') transact(input, conflict, answer);
        else answer(execute(name, input, conflict));
      },
      busy: () => throttled(name, input),
      lost: () => timeout,
    });
  };
}

function throttled(name: string, input: MultiItemInput): Error {
  if (!name.startsWith('Transact')) return slowDown;
  return cancellation(listWrites(input).map((_, index) => ({ Code: index === 0 ? 'ThrottlingError' : 'None' })));
}

function listWrites({ TransactItems = [] }: MultiItemInput): Write[] {
  return TransactItems.map(({ Put, Update, Get, ConditionCheck }) => Put ?? Update ?? Get ?? ConditionCheck ?? {});
}
