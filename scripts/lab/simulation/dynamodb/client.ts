import { ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import { documents } from '../../../../functions/adapters/aws/dynamodb-client.ts';
import type { CallMaker } from '../calls.ts';
import { failure } from '../channels.ts';
import { type Answer, cancellation, type Query, type Requests, Tables, type Watch, type Write } from './tables.ts';

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

interface Together {
  readonly RequestItems?: Requests;
  readonly TransactItems?: readonly Readonly<Partial<Record<'Put' | 'Update' | 'Get' | 'ConditionCheck', Write>>>[];
}

/** How long a transaction holds its items: an assumption, with something for each of them. */
const holdMs = (items: number) => 4 + 0.1 * items;

const slowDown = new ProvisionedThroughputExceededException({ $metadata: {}, message: 'slow down' });
const timeout = failure('TimeoutError');

/** Puts simulated tables behind the client that the adapters share. */
export function simulateTables(calls: CallMaker, watch: Watch): Tables {
  const tables = new Tables(watch);
  Object.assign(documents, { send: dynamoClient(tables, calls) });
  return tables;
}

/** What stands behind `documents.send`: every command of the adapters, as a call that takes time and may go wrong. */
function dynamoClient(tables: Tables, calls: CallMaker) {
  function execute(name: string, input: Write & Query & Together, conflict: boolean): Answer | Error {
    switch (name) {
      case 'GetCommand':
        return { Item: tables.get(input.TableName, input.Key) };
      case 'BatchGetCommand':
        // What conflicts elsewhere is a key here that was not looked at.
        return tables.readEach(input.RequestItems ?? {}, conflict);
      case 'PutCommand':
      case 'UpdateCommand':
        return tables.write(input, conflict);
      case 'QueryCommand':
        // Indexes are late: what conflicts elsewhere is a row here that does not show yet.
        return tables.query(input, conflict);
      case 'TransactGetCommand':
        return tables.readTogether(writesOf(input), conflict);
      default:
        throw new Error(`the simulated client does not know ${name}`);
    }
  }

  function transact(input: Together, conflict: boolean, answer: (outcome: Answer | Error) => void): void {
    const writes = writesOf(input);
    const commit = tables.begin(writes, conflict);
    // The server commits whether or not its client lives.
    if (commit instanceof Error) answer(commit);
    else calls.scheduler.after(holdMs(writes.length), undefined, () => answer(commit()));
  }

  return (command: Command): Promise<Answer> => {
    const name = command.constructor.name;
    const input = command.input as Write & Query & Together;
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

function throttled(name: string, input: Together): Error {
  if (!name.startsWith('Transact')) return slowDown;
  return cancellation(writesOf(input).map((_, index) => ({ Code: index === 0 ? 'ThrottlingError' : 'None' })));
}

function writesOf({ TransactItems = [] }: Together): Write[] {
  return TransactItems.map(({ Put, Update, Get, ConditionCheck }) => Put ?? Update ?? Get ?? ConditionCheck ?? {});
}
