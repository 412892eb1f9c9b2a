import { httpClient } from '../../../../functions/adapters/http/http-client.ts';
import type { CountingShop } from '../../calibration/counting-shop.ts';
import { host, remainingMs } from './host.ts';
import { type CloudWork, noCloudWork } from './work.ts';

/** Queues of a cloud's messages, and the workers that receive them. */
export interface CloudFlow {
  readonly orders: string;
  readonly settlement: string;
  readonly events: string;
  readonly projection: string;
  /** Queues or topics that feed fulfilment. */
  readonly fulfilments: readonly string[];
  readonly fulfilment: string;
  readonly sweeper: string;
  /** A timer that re-enqueues what fulfilment postponed, a minute later. */
  readonly postponed?: { readonly timer: string; readonly wait: () => void };
}

interface Posted {
  readonly headers: Readonly<Record<string, string>>;
}

/** The functions of Azure or Google over counted stores: a worker gets one message at a time. */
export class CloudShop implements CountingShop<CloudWork> {
  readonly noWork = noCloudWork;
  partnerAnswers = true;
  readonly #flow: CloudFlow;
  #messages = 0;

  constructor(flow: CloudFlow) {
    this.#flow = flow;
    const send = (_url: string, posted: Posted) => host.rounds.answer(() => this.#ask(posted));
    Object.assign(httpClient, { send });
    for (const stream of [process.stdout, process.stderr])
      stream.write = ((line: string | Uint8Array) => {
        host.recorder.add('logBytes', Buffer.byteLength(line));
        return true;
      }) as typeof stream.write;
  }

  async count(work: () => Promise<unknown>): Promise<CloudWork> {
    host.recorder.begin();
    host.rounds.begin();
    await work();
    return host.recorder.end(host.rounds.count);
  }

  async request(service: 'catalog' | 'intake' | 'stock', event: object): Promise<unknown> {
    const api = host.apis.get(service);
    if (!api) throw new Error(`${service} registered no API`);
    const { statusCode, headers, body = '' } = await api(event);
    if (statusCode >= 300) throw new Error(`${service} answered ${statusCode} to the calibration: ${body}`);
    const headerBytes = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
    host.recorder.add('responseBytes', headerBytes + Buffer.byteLength(body));
    return body === '' ? undefined : JSON.parse(body);
  }

  async settle(how?: 'together'): Promise<void> {
    // A repeated post has sent its message again. The queue would deliver both eventually.
    const bodies = new Set(this.#take(this.#flow.orders));
    const deliver = (body: string) => this.#deliver(this.#flow.settlement, body);
    if (how === 'together') await Promise.all([...bodies].map(deliver));
    else for (const body of bodies) await deliver(body);
  }

  async project(): Promise<void> {
    for (const body of this.#take(this.#flow.events)) await this.#deliver(this.#flow.projection, body);
  }

  async fulfil(): Promise<void> {
    const { fulfilments, fulfilment, postponed } = this.#flow;
    const deliverAll = async () => {
      for (const queue of fulfilments) for (const body of this.#take(queue)) await this.#deliver(fulfilment, body);
    };
    await deliverAll();
    if (!postponed) return;
    postponed.wait();
    await this.#tick(postponed.timer);
    await deliverAll();
  }

  sweep(): Promise<void> {
    return this.#tick(this.#flow.sweeper);
  }

  drop(what: 'orders' | 'fulfilments'): void {
    for (const queue of what === 'orders' ? [this.#flow.orders] : this.#flow.fulfilments) this.#take(queue);
  }

  #take(queue: string): readonly string[] {
    return host.queues.get(queue)?.splice(0) ?? [];
  }

  async #deliver(name: string, body: string): Promise<void> {
    const work = host.workers.get(name);
    if (!work) throw new Error(`no function registered for ${name}`);
    await work({ body: Buffer.from(body), messageId: `message-${++this.#messages}`, remainingMs });
  }

  async #tick(name: string): Promise<void> {
    const work = host.timers.get(name);
    if (!work) throw new Error(`no function registered for the timer ${name}`);
    await work({ remainingMs });
  }

  #ask({ headers }: Posted): object {
    host.recorder.add('partnerCalls', 1);
    const orderId = headers['idempotency-key'];
    if (!this.partnerAnswers) return { status: 503, headers: new Headers(), body: [] };
    const body = [Buffer.from(JSON.stringify({ orderId, state: 'accepted' }))];
    return { status: 201, headers: new Headers(), body };
  }
}
