import { ProvisionedThroughputExceededException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { CallMaker } from '../calls.ts';
import type { Item } from './expressions.ts';
import type { Answer, Tables, Write } from './tables.ts';

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

interface Transaction {
  readonly TransactItems?: readonly { readonly Put?: Write; readonly Update?: Write; readonly Get?: Write }[];
}

/** How long a transaction holds its items: an assumption, with something for each of them. */
const holdMs = (items: number) => 4 + 0.1 * items;

/** What stands behind `documents.send`: every command of the adapters, as a call that takes time and may go wrong. */
export function dynamoClient(tables: Tables, calls: CallMaker) {
  function execute(name: string, input: Write & Transaction, conflict: boolean): Answer {
    switch (name) {
      case 'GetCommand':
        return { Item: tables.get(input.TableName, input.Key) };
      case 'PutCommand':
      case 'UpdateCommand':
        return tables.write(input, conflict);
      case 'TransactGetCommand':
        return tables.readTogether(writesOf(input), conflict);
      default:
        throw new Error(`the simulated client does not know ${name}`);
    }
  }

  function transact(input: Transaction, conflict: boolean, answer: (settle: () => Answer) => void): void {
    try {
      const writes = writesOf(input);
      const commit = tables.begin(writes, conflict);
      // The server commits whether or not its client lives.
      calls.scheduler.after(holdMs(writes.length), calls.scheduler.current, () => {
        const committed = commit();
        answer(() => committed);
      });
    } catch (error) {
      answer(() => {
        throw error;
      });
    }
  }

  return (command: Command): Promise<Answer> => {
    const name = command.constructor.name;
    const input = command.input as Write & Transaction;
    return calls.make<Answer>({
      name,
      execute(answer, conflict) {
        if (name === 'TransactWriteCommand') return transact(input, conflict, answer);
        const outcome = outcomeOf(() => execute(name, input, conflict));
        answer(outcome);
      },
      busy: () => throttle(name, input),
      lost: () => {
        throw Object.assign(new Error('no answer came in time'), { name: 'TimeoutError' });
      },
    });
  };
}

/** The work is done now; its answer, or its error, is given when asked for. */
export function outcomeOf<Result>(work: () => Result): () => Result {
  try {
    const result = work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function throttle(name: string, input: Transaction): never {
  const message = 'slow down';
  if (!name.startsWith('Transact')) throw new ProvisionedThroughputExceededException({ $metadata: {}, message });
  const CancellationReasons = writesOf(input).map((_, index) => ({ Code: index === 0 ? 'ThrottlingError' : 'None' }));
  throw new TransactionCanceledException({ $metadata: {}, message, CancellationReasons });
}

function writesOf({ TransactItems = [] }: Transaction): Write[] {
  return TransactItems.map(({ Put, Update, Get }) => Put ?? Update ?? Get ?? ({} as Item));
}
