import { routes, toPathPattern } from '../../functions/contracts/routes.ts';
import type { Sample, Step } from './recording.ts';
import { nameRow } from './row-name.ts';

/** Everything that one version passed to another, by message. */
export function listSamples(steps: readonly Step[]): ReadonlyMap<string, readonly Sample[]> {
  return Map.groupBy(steps.flatMap(samplesOf), ({ message }) => message);
}

function samplesOf({ input, outcome }: Step): Sample[] {
  const rows = outcome.written.map(({ table, item }) => ({ message: nameRow(table, item), body: item }));
  const sent = outcome.sent.flatMap((sample) => [sample, ...forwarded(sample)]);
  return [...rows, ...rows.flatMap(inNote), ...sent, ...answerOf(input.event, outcome.result)];
}

/** The bus forwards confirmed orders unchanged to the queue. */
function forwarded({ message, body }: Sample): Sample[] {
  return message === 'event OrderConfirmed' ? [{ message: 'queue fulfilment-requests', body }] : [];
}

function inNote({ message, body }: Sample): Sample[] {
  if (message !== 'coordination NOTE') return [];
  return [{ message: 'sweep progress', body: JSON.parse((body as { readonly text: string }).text) }];
}

interface HttpEvent {
  readonly rawPath?: string;
  readonly requestContext?: { readonly http: { readonly method: string } };
}

/** The route that an event of the API names; undefined for other events. */
export function findRoute(event: object): string | undefined {
  const { rawPath = '', requestContext } = event as HttpEvent;
  return routes.find(({ method, path }) => method === requestContext?.http.method && toPathPattern(path).test(rawPath))
    ?.name;
}

export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

interface HttpResult {
  readonly statusCode: number;
  readonly headers?: Answer['headers'];
  readonly body?: string;
}

/** The answer of an API's function; without a status when it failed. */
export function parseAnswer(result: unknown): Answer {
  const { statusCode, headers = {}, body = '' } = result as HttpResult;
  return { statusCode, headers, body: JSON.parse(body === '' ? '{}' : body) };
}

function answerOf(event: object, result: unknown): Sample[] {
  const route = findRoute(event);
  if (route === undefined) return [];
  const { statusCode, headers, body } = parseAnswer(result);
  const names = Object.fromEntries(Object.keys(headers).map((name) => [name, true]));
  return [{ message: `answer ${route} ${statusCode}`, envelope: { headers: names }, body }];
}
