import type { RunTool } from '../../../../scripts/operations/doctor/cli-token.ts';
import type { RestOptions } from '../../../../scripts/operations/doctor/rest-context.ts';
import type { Web } from '../../../../scripts/operations/doctor/web.ts';
import { settled } from './settled.ts';
import { issuerAnswers, stubWeb } from './web-answers.ts';

export interface RestAnswer {
  readonly status?: number;
  readonly body?: unknown;
}
/** Answers by a part of the address; the first match wins. */
export type RestAnswers = Readonly<Record<string, RestAnswer | ((body: unknown) => RestAnswer)>>;

export interface Asked {
  readonly method: string;
  readonly url: string;
}

/** A cloud's API with these answers, and the public web. */
export function stubCloud(answers: RestAnswers, hosts: RegExp) {
  const asked: Asked[] = [];
  const web: Web = stubWeb(issuerAnswers(), { 'acme.dev': ['ns1.acme.dev'] });
  const stub = async (input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    const url = String(input);
    if (!hosts.test(url)) return web.fetch(input, init);
    asked.push({ method: init?.method ?? 'GET', url });
    const found = Object.entries(answers).find(([part]) => url.includes(part))?.[1];
    if (!found) throw new Error(`no answer is recorded for ${url}`);
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
    const { status = 200, body: answer = {} } = typeof found === 'function' ? found(body) : found;
    return new Response(JSON.stringify(answer), { status });
  };
  return { asked, web: { ...web, fetch: stub as typeof fetch } };
}

export const variables = {
  oidc_issuer: 'https://login.acme.dev',
  oidc_audience: 'shop',
  origin_secret: 'a-secret-of-24-characters',
  partner_secret: 'a-secret-that-has-more-than-32-characters',
  alarm_email: 'alarms@acme.dev',
};

export const restOptions = (web: Web, run: RunTool, own: Readonly<Record<string, string>>): RestOptions => ({
  stage: settled,
  account: undefined,
  variables: { ...variables, ...own },
  web,
  run,
});

/** Throws as `execFile` does for a tool that is not installed. */
export const noTool: RunTool = async () => {
  throw Object.assign(new Error('spawn ENOENT'), { code: 'ENOENT' });
};
export const failingTool =
  (stderr: string): RunTool =>
  async () => {
    throw Object.assign(new Error('Command failed'), { code: 1, stderr });
  };
