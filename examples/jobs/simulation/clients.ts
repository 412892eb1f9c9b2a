import type { HttpEvent, HttpResult } from '../../../functions/contracts/http-event.ts';
import type { Scheduler } from '../../../scripts/lab/simulation/world/scheduler.ts';
import type { Evidence, Read, StoredJob, Submission } from '../check/evidence.ts';
import type { PlannedJob } from './plan.ts';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly customer: string;
  readonly key?: string;
  readonly work?: Submission['work'];
}

const patienceMs = 15_000;
const pauseMs = 700;
/** Far more than any run of faults can take. */
const mostAttempts = 60;

/** Clients that repeat a request until it is answered, and keep the answers. */
export class SimulatedClients {
  readonly #scheduler: Scheduler;
  readonly #api: (event: HttpEvent) => Promise<HttpResult>;
  readonly #submissions = new Map<string, Submission & { readonly jobIds: string[] }>();
  readonly #reused: { readonly key: string; readonly status: number }[] = [];
  readonly #reads: Read[] = [];

  constructor(scheduler: Scheduler, api: (event: HttpEvent) => Promise<HttpResult>) {
    this.#scheduler = scheduler;
    this.#api = api;
  }

  get record(): Pick<Evidence, 'submissions' | 'reused' | 'reads'> {
    return { submissions: [...this.#submissions.values()], reused: this.#reused, reads: this.#reads };
  }

  submit({ customer, key, work, atMs, againAtMs, reused }: PlannedJob): void {
    const known: Submission & { readonly jobIds: string[] } = { customer, key, work, jobIds: [] };
    this.#submissions.set(key, known);
    const request = { method: 'POST', path: '/jobs', customer, key, work } as const;
    const reuse = { ...request, work: { kind: 'digest', text: 'other work under a used key' } };
    const answered = ({ status, body }: Answer) => {
      known.jobIds.push(status === 202 ? String(body.jobId) : `the status ${status}`);
      if (!reused || known.jobIds.length > 1) return;
      this.#send(`${key}-reused`, 0, reuse, (answer) => this.#reused.push({ key, status: answer.status }));
    };
    this.#send(key, atMs, request, answered);
    if (againAtMs !== undefined) this.#send(`${key}-again`, againAtMs, request, answered);
  }

  /** Reads each job as its owner and as another customer. */
  readAll(jobs: readonly StoredJob[], atMs: number): void {
    for (const { customer: owner, jobId } of jobs)
      for (const customer of [owner, 'mallory']) {
        const request = { method: 'GET', path: `/jobs/${jobId}`, customer } as const;
        this.#send(`${customer} reads ${jobId}`, atMs - this.#scheduler.now, request, ({ status, body }) => {
          const text = (name: string) => (body[name] === undefined ? undefined : String(body[name]));
          this.#reads.push({ customer, jobId, status, state: text('state'), result: text('result') });
        });
      }
  }

  #send(name: string, inMs: number, request: Request, onAnswer: (answer: Answer) => void, attempt = 0): void {
    const process = this.#scheduler.process(`${name}/${attempt}`);
    let over = false;
    const again = () => {
      if (over) return;
      over = true;
      if (attempt < mostAttempts) this.#send(name, pauseMs, request, onAnswer, attempt + 1);
    };
    process.onDeath = again;
    this.#scheduler.after(inMs, process, () => {
      this.#scheduler.after(patienceMs, undefined, again);
      void this.#api(toEvent(request)).then(({ statusCode, body = '{}' }) => {
        if (over || !process.alive) return;
        if (statusCode >= 500) return again();
        over = true;
        onAnswer({ status: statusCode, body: JSON.parse(body) as Answer['body'] });
      });
    });
  }
}

const toEvent = ({ method, path, customer, key, work }: Request): HttpEvent => ({
  rawPath: path,
  headers: {
    authorization: customer,
    ...(key !== undefined && { 'idempotency-key': key }),
    ...(work !== undefined && { 'content-type': 'application/json' }),
  },
  ...(work !== undefined && { body: JSON.stringify(work) }),
  isBase64Encoded: false,
  requestContext: { http: { method } },
});
