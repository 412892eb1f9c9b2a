import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody } from '../../../scripts/platform/http/body.ts';
import type { Read, Submission } from '../check/evidence.ts';
import type { JobsPlatform } from './platform.ts';

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Work = Submission['work'];

const attempts = 12;
const patienceMs = 20_000;

/** Clients of the API: each repeats a request that failed, under the same key. */
export class Clients {
  readonly #platform: JobsPlatform;
  readonly #tokens = new Map<string, Promise<string>>();

  constructor(platform: JobsPlatform) {
    this.#platform = platform;
  }

  /** @returns the submission, with the job ids of all accepted requests */
  async submit(customer: string, key: string, work: Work, times = 1): Promise<Submission> {
    const answers: Answer[] = [];
    for (let time = 0; time < times; time++) answers.push(await this.post(customer, key, work));
    const jobIds = answers.filter(({ status }) => status === 202).map(({ body }) => String(body.jobId));
    return { customer, key, work, jobIds };
  }

  post(customer: string, key: string, work: Work): Promise<Answer> {
    return this.#persist(customer, { method: 'POST', path: '/jobs', key, body: JSON.stringify(work) });
  }

  async read(customer: string, jobId: string): Promise<Read> {
    const { status, body } = await this.#persist(customer, { method: 'GET', path: `/jobs/${jobId}` });
    const text = (name: string) => (body[name] === undefined ? undefined : String(body[name]));
    return { customer, jobId, status, state: text('state'), result: text('result') };
  }

  /** Retries 5xx, 429 and lost answers, as the API asks. */
  async #persist(customer: string, request: Request): Promise<Answer> {
    let last: Answer = { status: 0, body: {} };
    for (let attempt = 0; attempt < attempts; attempt++) {
      last = await this.#call(customer, request).catch(() => last);
      if (last.status > 0 && last.status < 500 && last.status !== 429) return last;
      await sleep(50 * 2 ** Math.min(attempt, 5) * (0.5 + Math.random()));
    }
    return last;
  }

  async #call(customer: string, { method, path, key, body }: Request): Promise<Answer> {
    const { forwarder, outputs } = this.#platform;
    const headers = {
      authorization: `Bearer ${await this.#token(customer)}`,
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      ...(key !== undefined && { 'idempotency-key': key }),
    };
    const answer = await forwarder.exchange({
      method,
      path: `/_aws/execute-api/${outputs.ApiId}${path}`,
      headers,
      body: body === undefined ? undefined : Readable.from([body]),
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = (await readBody(answer)).toString('utf8');
    return { status: answer.statusCode ?? 0, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
  }

  #token(customer: string): Promise<string> {
    const found = this.#tokens.get(customer) ?? this.#platform.issuer.token({ customer });
    this.#tokens.set(customer, found);
    return found;
  }
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly key?: string;
  readonly body?: string;
}
