import { ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { type Luck, pickEntries } from '../../../dynamodb/luck.ts';
import type { Query } from '../../../dynamodb/pages.ts';
import {
  type Answer,
  type BatchWrites,
  cancellation,
  type Requests,
  type Surroundings,
  Tables,
  type Write,
} from '../../../dynamodb/tables.ts';
import type { CallMaker } from '../world/calls.ts';
import { failure } from '../world/failure.ts';

export interface Command {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

interface MultiItemInput {
  readonly RequestItems?: Requests | BatchWrites;
  readonly TransactItems?: readonly Readonly<Partial<Record<'Put' | 'Update' | 'Get' | 'ConditionCheck', Write>>>[];
}

/** How long a transaction locks its items: an assumption, growing per item. */
const holdMs = (items: number) => 4 + 0.1 * items;

const slowDown = new ProvisionedThroughputExceededException({ $metadata: {}, message: 'slow down' });
const timeout = failure('TimeoutError');

/** Called when a process learns that its transaction decided an order. */
type OnDecided = (process: string, orderId: string) => void;

/** Connects the adapters' shared client to simulated tables. */
export function simulateTables(
  calls: CallMaker,
  watch: Surroundings['watch'],
  onDecided: OnDecided = () => {},
): Tables {
  const tables = new Tables({ now: () => calls.scheduler.now, watch, refuse: (text) => calls.refuse(text) });
  Object.assign(documents, { send: dynamoClient(tables, calls, onDecided) });
  return tables;
}

/** Implements `send` of a document client: every command takes time and may fail. */
export function dynamoClient(tables: Tables, calls: CallMaker, onDecided: OnDecided = () => {}) {
  function transact(input: MultiItemInput, luck: Luck, answer: (outcome: Answer | Error) => void): void {
    const writes = listWrites(input);
    const commit = tables.begin(writes, luck);
    // The server commits even if its client has died.
    if (commit instanceof Error) answer(commit);
    else calls.scheduler.after(holdMs(writes.length), undefined, () => answer(commit()));
  }

  return (command: Command): Promise<Answer> => {
    const name = command.constructor.name;
    const input = command.input as Write & Query & MultiItemInput;
    const answered = calls.make<Answer>({
      name,
      execute(answer, luck) {
        if (name === 'TransactWriteCommand') transact(input, luck, answer);
        else answer(execute(tables, name, input, luck));
      },
      busy: (pick) => throttled(name, input, pick),
      lost: () => timeout,
    });
    if (name !== 'TransactWriteCommand') return answered;
    const process = calls.scheduler.current?.name ?? '';
    return answered.then((answer) => {
      for (const write of listWrites(input)) if (decides(write)) onDecided(process, String(write.Key?.pk).slice(6));
      return answer;
    });
  };
}

/** True if the order then waits for no worker, other than fulfilment. */
function decides({ Key, ExpressionAttributeValues: values }: Write): boolean {
  const state = values?.[':state'];
  return state !== undefined && state !== 'FULFILLING' && String(Key?.pk).startsWith('ORDER#');
}

function execute(tables: Tables, name: string, input: Write & Query & MultiItemInput, luck: Luck): Answer | Error {
  switch (name) {
    case 'GetCommand':
      return tables.read(input, luck);
    case 'BatchGetCommand':
      return tables.readEach((input.RequestItems ?? {}) as Requests, luck);
    case 'BatchWriteCommand':
      return tables.writeEach((input.RequestItems ?? {}) as BatchWrites, luck);
    case 'PutCommand':
    case 'UpdateCommand':
      return tables.write(input, luck);
    case 'QueryCommand':
      return tables.query(input, luck);
    case 'ScanCommand':
      return tables.scan(input, luck);
    case 'TransactGetCommand':
      return tables.readTogether(listWrites(input), luck);
    default:
      throw new Error(`the simulated client does not support ${name}; add it to dynamodb/client.ts`);
  }
}

function throttled(name: string, input: MultiItemInput, pick: number): Error {
  if (!name.startsWith('Transact')) return slowDown;
  const writes = listWrites(input);
  const isThrottled = pickEntries(writes.length, pick);
  return cancellation(writes.map((_, index) => ({ Code: isThrottled(index) ? 'ThrottlingError' : 'None' })));
}

function listWrites({ TransactItems = [] }: MultiItemInput): Write[] {
  return TransactItems.map(({ Put, Update, Get, ConditionCheck }) => Put ?? Update ?? Get ?? ConditionCheck ?? {});
}
