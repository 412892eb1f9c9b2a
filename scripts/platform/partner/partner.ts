import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { toPartnerKey } from '../../../functions/adapters/http/message-signature.ts';
import { parseJson } from '../../../functions/runtime/parse-json.ts';
import { CliError } from '../../cli/cli.ts';
import { readBody } from '../http/body.ts';
import { ownPage } from '../http/guard.ts';
import { listen } from '../http/listen.ts';
import { sendProblem } from '../http/problem.ts';
import { sendJson } from '../http/send-json.ts';
import { Book, type BookEntry } from './book.ts';
import { type PartnerCalls, PartnerCounts } from './counts.ts';
import { type Desk, takeOrder } from './orders.ts';
import { parseScriptForm, sendPartnerPage } from './page.ts';
import { type PartnerScript, type PartnerScriptInput, parsePartnerScript } from './script.ts';

/** The partner that fulfils orders: a real HTTP server with scripted faults. */
export interface Partner {
  readonly url: string;
  readonly script: PartnerScript;
  /** @throws {CliError} partner_script_invalid */
  setScript(script: PartnerScriptInput): void;
  /** Sets the secrets that callers may sign with: during a rotation, the new one and the previous one. */
  accept(secrets: readonly string[]): void;
  book(): readonly BookEntry[];
  calls(): PartnerCalls;
  stop(): Promise<void>;
}

export interface PartnerOptions {
  readonly script?: PartnerScriptInput;
  /** Secrets that callers may sign with. @default none, so that every call is refused */
  readonly secrets?: readonly string[];
  readonly now?: () => Date;
}

export async function startPartner(options: PartnerOptions = {}): Promise<Partner> {
  const { script = {}, secrets = [], now = () => new Date() } = options;
  const desk = {
    book: new Book(),
    counts: new PartnerCounts(),
    script: parsePartnerScript(script, 'script'),
    keys: secrets.map(toPartnerKey),
    url: '',
    now,
  };
  const setScript = (value: unknown, where: string) => {
    desk.script = parsePartnerScript(value, where);
  };
  const listener = await listen(
    0,
    'the partner',
    (request, response, url) => answer({ desk, setScript }, request, response, url),
    { guard: ownPage },
  );
  desk.url = listener.url;
  return {
    url: listener.url,
    get script() {
      return desk.script;
    },
    setScript: (value) => setScript(value, 'script'),
    accept: (all) => {
      desk.keys = all.map(toPartnerKey);
    },
    book: () => desk.book.entries(),
    calls: () => desk.counts.snapshot(),
    stop: () => listener.close(),
  };
}

interface Parts {
  readonly desk: Desk;
  readonly setScript: (value: unknown, where: string) => void;
}

async function answer(
  { desk, setScript }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  { pathname }: URL,
): Promise<void> {
  switch (`${request.method} ${pathname}`) {
    case 'POST /orders':
      return takeOrder(desk, request, response);
    case 'GET /':
      return sendPartnerPage(desk, response);
    case 'GET /book':
      return sendJson(response, 200, desk.book.entries());
    case 'GET /calls':
      return sendJson(response, 200, desk.counts.snapshot());
    case 'GET /script':
      return sendJson(response, 200, desk.script);
    case 'PUT /secrets':
      return changeSecrets(desk, request, response);
    case 'PUT /script':
    case 'POST /script':
      return changeScript({ desk, setScript }, request, response);
  }
  const detail = `The partner has no ${request.method} ${pathname}.`;
  sendProblem(response, { status: 404, code: 'not_found', title: 'Not Found', detail });
}

const secretList = z.array(z.string().min(32)).max(10);

/** Lets another process rotate the secrets. */
async function changeSecrets(desk: { keys: Desk['keys'] }, request: IncomingMessage, response: ServerResponse) {
  const parsed = secretList.safeParse(parseJson((await readBody(request)).toString()));
  const detail = 'The body must be a JSON list of secrets.';
  if (!parsed.success)
    return sendProblem(response, { status: 400, code: 'partner_secrets_invalid', title: 'Bad Request', detail });
  desk.keys = parsed.data.map(toPartnerKey);
  response.writeHead(204).end();
}

/** A program replaces the whole script; the page's form changes only its fields. */
async function changeScript({ desk, setScript }: Parts, request: IncomingMessage, response: ServerResponse) {
  const text = (await readBody(request)).toString();
  const byForm = request.method === 'POST';
  try {
    setScript(byForm ? { ...desk.script, ...parseScriptForm(text) } : JSON.parse(text), 'the body');
  } catch (error) {
    const detail = error instanceof CliError ? error.message : 'The body is not JSON.';
    return sendProblem(response, { status: 400, code: 'partner_script_invalid', title: 'Bad Request', detail });
  }
  if (!byForm) return sendJson(response, 200, desk.script);
  response.writeHead(303, { location: '/' }).end();
}
