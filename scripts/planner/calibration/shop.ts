import { documents } from '../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { eventBridge } from '../../../functions/adapters/aws/clients/eventbridge-client.ts';
import { secretsManager } from '../../../functions/adapters/aws/clients/secrets-client.ts';
import { sqs } from '../../../functions/adapters/aws/clients/sqs-client.ts';
import { httpClient } from '../../../functions/adapters/http/http-client.ts';
import type { HttpResult } from '../../../functions/contracts/http-event.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import type { QueueName, Service } from '../../../stacks/model/services.ts';
import type { Command } from '../../dynamodb/consumed.ts';
import { type CountedWork, noWork } from './counted.ts';
import type { CountingShop } from './counting-shop.ts';
import { queueEvent, streamEvent } from './events.ts';
import { Recorder } from './recorder.ts';
import { Rounds } from './rounds.ts';
import { CountedStore } from './store.ts';

export type Handler = (event: object, context: object) => Promise<unknown>;
export type Handlers = Readonly<Record<Exclude<Service, 'invalidation'>, Handler>>;

interface Send {
  readonly input: {
    readonly QueueUrl: QueueName;
    readonly MessageBody: string;
    readonly MessageAttributes?: Readonly<Record<string, object>>;
  };
}

interface Put {
  readonly input: { readonly Entries: readonly PutEntry[] };
}

interface PutEntry {
  readonly EventBusName: string;
  readonly Detail: string;
  readonly DetailType: string;
}

interface Posted {
  readonly headers: Readonly<Record<string, string>>;
}

/** Long enough for a signature. */
export const partnerSecret = 'calibration-secret-calibration-secret';

/** Everything that the functions call, on one machine and without time: it counts the work, and not its duration. */
export class Shop implements CountingShop<CountedWork> {
  readonly noWork = noWork;
  /** Messages by queue, until a worker receives them. */
  readonly #queues = new Map<QueueName, string[]>();
  /** Details of the bus's events. The bus forwards confirmed orders to the fulfilment queue. */
  readonly #forwarded: string[] = [];
  readonly #store: CountedStore;
  partnerAnswers = true;
  readonly #handlers: Handlers;
  readonly #recorder = new Recorder();
  readonly #rounds = new Rounds();
  #invocations = 0;

  constructor(handlers: Handlers, payloadBytes = 0) {
    this.#handlers = handlers;
    this.#store = new CountedStore(this.#recorder, payloadBytes);
    this.#connect();
  }

  /** Counts the work of one step. */
  async count(work: () => Promise<unknown>): Promise<CountedWork> {
    this.#recorder.begin();
    this.#rounds.begin();
    await work();
    return this.#recorder.end(this.#rounds.count);
  }

  /** @throws when the API does not answer with success */
  async request(service: 'catalog' | 'intake' | 'stock', event: object): Promise<unknown> {
    const { statusCode, headers, body = '' } = (await this.#invoke(service, event)) as HttpResult;
    if (statusCode >= 300) throw new Error(`${service} answered ${statusCode} to the calibration: ${body}`);
    const headerBytes = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
    this.#recorder.answered(headerBytes + Buffer.byteLength(body));
    return body === '' ? undefined : JSON.parse(body);
  }

  async settle(): Promise<void> {
    const bodies = this.#take('order-requests');
    // A repeated post has sent its message again. The queue would deliver both eventually.
    if (bodies.length > 0) await this.#invoke('settlement', queueEvent([...new Set(bodies)]));
  }

  async project(): Promise<void> {
    const records = this.#store.events.splice(0);
    if (records.length > 0) await this.#invoke('projection', streamEvent(records));
  }

  async fulfil(): Promise<void> {
    const bodies = this.#forwarded.splice(0);
    if (bodies.length > 0) await this.#invoke('fulfilment', queueEvent(bodies));
  }

  async sweep(): Promise<void> {
    await this.#invoke('sweeper', {});
  }

  drop(what: 'orders' | 'fulfilments'): void {
    if (what === 'orders') this.#take('order-requests');
    else this.#forwarded.splice(0);
  }

  /** @throws when the worker reports a message for redelivery */
  async #invoke(service: keyof Handlers, event: object): Promise<unknown> {
    const answer = await this.#handlers[service](event, contextOf(service, ++this.#invocations));
    const { batchItemFailures = [] } = (answer ?? {}) as { batchItemFailures?: readonly unknown[] };
    if (batchItemFailures.length > 0)
      throw new Error(`${service} failed ${batchItemFailures.length} records of the calibration`);
    return answer;
  }

  #take(queue: QueueName): readonly string[] {
    return this.#queues.get(queue)?.splice(0) ?? [];
  }

  #connect(): void {
    const rounds = this.#rounds;
    Object.assign(documents, { send: (command: Command) => rounds.answer(() => this.#store.execute(command)) });
    Object.assign(sqs, { send: (command: Send) => rounds.answer(() => this.#send(command)) });
    Object.assign(eventBridge, { send: (command: Put) => rounds.answer(() => this.#publish(command)) });
    // Not counted, because it is read only once in five minutes.
    Object.assign(secretsManager, { send: async () => ({ SecretString: partnerSecret }) });
    const send = (_url: string, posted: Posted) => rounds.answer(() => this.#ask(posted));
    Object.assign(httpClient, { send });
    for (const stream of [process.stdout, process.stderr])
      stream.write = ((line: string | Uint8Array) => {
        this.#recorder.logged(Buffer.byteLength(line));
        return true;
      }) as typeof stream.write;
  }

  #send({ input: { QueueUrl, MessageBody, MessageAttributes = {} } }: Send): object {
    if (QueueUrl.endsWith('-dlq')) throw new Error(`the calibration made a dead letter: ${MessageBody}`);
    this.#queues.set(QueueUrl, [...(this.#queues.get(QueueUrl) ?? []), MessageBody]);
    const attributes = Object.keys(MessageAttributes).length === 0 ? '' : JSON.stringify(MessageAttributes);
    this.#recorder.called('sqs.SendMessage', QueueUrl);
    this.#recorder.sent(QueueUrl, Buffer.byteLength(MessageBody) + Buffer.byteLength(attributes));
    return {};
  }

  #publish({ input: { Entries } }: Put): object {
    this.#recorder.called('events.PutEvents', Entries[0]?.EventBusName ?? '');
    for (const { Detail, DetailType } of Entries) {
      this.#recorder.published(Buffer.byteLength(Detail));
      if (DetailType === 'OrderConfirmed') this.#forwarded.push(Detail);
    }
    return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
  }

  #ask({ headers }: Posted): object {
    this.#recorder.askedPartner();
    const orderId = headers['idempotency-key'];
    if (!this.partnerAnswers) return { status: 503, headers: new Headers(), body: [] };
    const body = [Buffer.from(JSON.stringify({ orderId, state: 'accepted' }))];
    return { status: 201, headers: new Headers(), body };
  }
}

function contextOf(service: Service, invocation: number): object {
  const functionName = physicalName('prod', service);
  return {
    ...{ functionName, functionVersion: '1', memoryLimitInMB: '1024', callbackWaitsForEmptyEventLoop: false },
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${functionName}:live`,
    awsRequestId: `00000000-0000-4000-8000-${String(invocation).padStart(12, '0')}`,
    getRemainingTimeInMillis: () => 30_000,
  };
}
