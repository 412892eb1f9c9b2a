import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { marshall } from '@aws-sdk/util-dynamodb';
import { documents } from '../../functions/adapters/aws/clients/dynamodb-client.ts';
import { eventBridge } from '../../functions/adapters/aws/clients/eventbridge-client.ts';
import { secretsManager } from '../../functions/adapters/aws/clients/secrets-client.ts';
import { sqs } from '../../functions/adapters/aws/clients/sqs-client.ts';
import { httpClient } from '../../functions/adapters/http/http-client.ts';
import { type Command, listTouched } from '../dynamodb/consumed.ts';
import { execute } from '../dynamodb/execute.ts';
import type { Item } from '../dynamodb/expressions.ts';
import { type Answer, Tables } from '../dynamodb/tables.ts';
import type { PartnerAnswer, Sample, StepInput, StepOutcome, StoredRow } from './recording.ts';
import { nameRow } from './row-name.ts';

/** A function's entry. */
export type Handler = (event: object, context: object) => Promise<unknown>;
export type Handlers = Readonly<Record<string, Handler>>;

interface Send {
  readonly input: {
    readonly QueueUrl: string;
    readonly MessageBody: string;
    readonly MessageAttributes?: object;
    readonly MessageSystemAttributes?: object;
  };
}

interface Put {
  readonly input: { readonly Entries: readonly ({ readonly Detail: string; readonly DetailType: string } & object)[] };
}

interface Posted {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Change {
  readonly table: string;
  readonly before: Item | undefined;
  readonly after: Item;
}

/** Long enough for a signature. */
const partnerSecret = 'contracts-secret-contracts-secret-01';

/** In-memory stand-ins for everything that the functions call. Records the reads and writes of each invocation. */
export class World {
  readonly #handlers: Handlers;
  readonly #setTime: (at: string) => void;
  #tables = this.#newTables();
  #changes: Change[] = [];
  #sent: Sample[] = [];
  #read = new Set<string>();
  #partner: Readonly<Record<string, PartnerAnswer>> = {};

  constructor(handlers: Handlers, setTime: (at: string) => void) {
    this.#handlers = handlers;
    this.#setTime = setTime;
    this.#connect();
  }

  /** Replaces all rows with these. */
  load(rows: readonly StoredRow[]): void {
    this.#tables = this.#newTables();
    for (const { table, item } of rows) execute(this.#tables, commandOf(table, item));
  }

  async play({ service, at, event, partner = {} }: StepInput): Promise<StepOutcome> {
    [this.#changes, this.#sent, this.#read, this.#partner] = [[], [], new Set(), partner];
    this.#setTime(at);
    const handler = this.#handlers[service];
    if (!handler) throw new Error(`the contracts do not know the function ${service}; add it to worker.ts`);
    const result = await handler(event, contextOf(service)).catch(describeError);
    const written = this.#changes.map(({ table, after }) => ({ table, item: after }));
    return { result, sent: toJson(this.#sent), written, read: [...this.#read].sort() };
  }

  /** Stream records of the rows that the last step changed. */
  records(table: string, isOf: (item: Item) => boolean): readonly object[] {
    return this.#changes
      .filter((change) => change.table === table && isOf(change.after))
      .map(({ before, after }) => ({ ...(before && { OldImage: toImage(before) }), NewImage: toImage(after) }));
  }

  #newTables(): Tables {
    const watch = (table: string, before: Item | undefined, after: Item) =>
      void this.#changes.push({ table, before, after: { ...after } });
    return new Tables({ now: () => 0, watch, refuse: (text) => new Error(text) });
  }

  #connect(): void {
    Object.assign(documents, { send: async (command: Command) => orThrow(this.#execute(command)) });
    Object.assign(sqs, { send: async (command: Send) => this.#send(command) });
    Object.assign(eventBridge, { send: async (command: Put) => this.#publish(command) });
    Object.assign(secretsManager, { send: async () => ({ SecretString: partnerSecret }) });
    CloudFrontClient.prototype.send = (async ({ input }: { input: object }) => {
      this.#sent.push({ message: 'invalidation', body: input });
      return { Invalidation: { Id: 'I1' } };
    }) as unknown as CloudFrontClient['send'];
    Object.assign(httpClient, { send: async (url: string, posted: Posted) => this.#ask(url, posted) });
  }

  #execute(command: Command): Answer | Error {
    for (const { table, key } of listTouched(command)) this.#readRow(table, this.#tables.get(table, key));
    const answer = execute(this.#tables, command);
    const { TableName = '' } = command.input;
    if ('Items' in answer) for (const item of answer.Items as readonly Item[]) this.#readRow(TableName, item);
    return answer;
  }

  #readRow(table: string, item: Item | undefined): void {
    if (item) this.#read.add(nameRow(table, item));
  }

  #send({ input: { QueueUrl, MessageBody, MessageAttributes = {}, MessageSystemAttributes = {} } }: Send): object {
    const envelope = { MessageAttributes, MessageSystemAttributes };
    this.#sent.push({ message: `queue ${QueueUrl}`, envelope, body: parseBody(MessageBody) });
    return {};
  }

  #publish({ input: { Entries } }: Put): object {
    for (const { Detail, ...envelope } of Entries)
      this.#sent.push({ message: `event ${envelope.DetailType}`, envelope, body: JSON.parse(Detail) });
    return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
  }

  #ask(url: string, { method, headers, body }: Posted): object {
    const envelope = { url, method, headers: mapValues(headers, withoutDigest) };
    this.#sent.push({ message: 'request to the partner', envelope, body: JSON.parse(body) });
    const answer = this.#partner[headers['idempotency-key'] ?? ''];
    if (!answer) return { status: 503, headers: noHeaders, body: [] };
    return { status: answer.status, headers: noHeaders, body: [Buffer.from(JSON.stringify(answer.body))] };
  }
}

/** Digest and signature are derived from the body. */
const noHeaders = { get: () => null };
const withoutDigest = (value: string) => value.replace(/^(sha-256|sig1)=:[^:]+:$/, '$1=:…:');
const mapValues = (values: Readonly<Record<string, string>>, map: (value: string) => string) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));

/** A dead letter may hold invalid JSON. */
function parseBody(text: string): object {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

/** The value as serialized on the wire. */
const toJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

const toImage = (item: Item): object => marshall(item, { removeUndefinedValues: true });

const commandOf = (TableName: string, Item: Item): Command => ({
  constructor: { name: 'PutCommand' },
  input: { TableName, Item },
});

function orThrow(answer: Answer | Error): Answer {
  if (answer instanceof Error) throw answer;
  return answer;
}

const describeError = ({ name, message }: Error) => ({ error: `${name}: ${message}` });

function contextOf(service: string): object {
  return {
    functionName: service,
    functionVersion: '1',
    memoryLimitInMB: '1024',
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${service}:live`,
    awsRequestId: '00000000-0000-4000-8000-000000000001',
    getRemainingTimeInMillis: () => 30_000,
  };
}
