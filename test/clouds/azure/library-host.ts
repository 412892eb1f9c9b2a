import { createRequire, registerHooks } from 'node:module';
import { vi } from 'vitest';
import { toPathPattern } from '../../../functions/contracts/routes.ts';
import type * as Core from '../../../scripts/clouds/azure/functions-core.ts';

// Runs the entries in this process, through the real library @azure/functions.

const file = new URL('../../../scripts/clouds/azure/functions-core.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@azure/functions-core' ? { url: file, shortCircuit: true } : next(specifier, context),
});
/** The copy that the library loads. */
export const core: typeof Core = createRequire(import.meta.url)('../../../scripts/clouds/azure/functions-core.ts');

/** A new copy of the services' functions, with these app settings. */
export async function loadFunctions(
  services: readonly string[],
  settings: Readonly<Record<string, string | undefined>>,
): Promise<readonly Core.Registered[]> {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  for (const name of ['BROWSER_SECONDS', 'EDGE_SECONDS', 'STALE_SECONDS', 'ERROR_SECONDS', 'FUNCTION_MS'])
    vi.stubEnv(`CACHE_${name}`, '0');
  vi.resetModules();
  core.registered.length = 0;
  for (const service of services) await import(`../../../functions/${service}/azure.ts`);
  return [...core.registered];
}

/** A connection string of a storage account at this address. */
export function accountAt(address: string): string {
  const key = Buffer.from('key').toString('base64');
  const account = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${key}`;
  return `${account};TableEndpoint=${address}/a;QueueEndpoint=${address}/a`;
}

export interface Answer {
  readonly statusCode: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function ask(functions: readonly Core.Registered[], call: Call): Promise<Answer> {
  const { method, path, token, body } = call;
  const one = functions.find((each) => {
    const { methods = [], route = '' } = core.triggerOf(each);
    return methods.includes(method) && toPathPattern(`/${route}`).test(path);
  });
  if (!one) throw new Error(`no function serves ${method} ${path}`);
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': 'key-00000001',
    authorization: `Bearer ${token}`,
    ...call.headers,
  };
  const bytes = body && Buffer.from(JSON.stringify(body));
  const http = { method, url: `http://127.0.0.1${path}`, headers, params: {}, ...(bytes && { body: { bytes } }) };
  const answer = (await core.invoke(one, { invocationId: path, data: { http } }))?.http;
  const { statusCode = '', headers: answered = {} } = answer ?? {};
  return { statusCode, headers: answered, body: Buffer.from(answer?.body?.bytes ?? []).toString() };
}
