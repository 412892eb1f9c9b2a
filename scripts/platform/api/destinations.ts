import type { ApiService } from '../../../functions/contracts/routes.ts';
import { CliError } from '../../cli/cli.ts';
import type { Outputs } from '../deploy/deployment.ts';
import { type EngineId, engines } from '../engine/engines.ts';
import { Forwarder } from '../http/forward.ts';
import type { Destination } from './local-api.ts';

const outputKeys = { catalog: 'CatalogUrl', intake: 'IntakeUrl', stock: 'StockUrl' } as const;

/** Finds each API service's destination in the outputs of a deployment. */
export function findDestinations(
  engine: EngineId,
  outputs: Outputs,
  engineForwarder: Forwarder,
): Record<ApiService, Destination> {
  if (outputs.ApiId !== undefined && outputs.CatalogUrl === undefined) {
    const api = toHttpApi(engine, outputs, engineForwarder);
    return { catalog: api, intake: api, stock: api };
  }
  const url = (service: ApiService) => toFunctionUrl(engine, required(outputs, outputKeys[service]), engineForwarder);
  return { catalog: url('catalog'), intake: url('intake'), stock: url('stock') };
}

function toHttpApi(engine: EngineId, outputs: Outputs, forwarder: Forwarder): Destination {
  if (engines[engine].functionUrls === 'direct') return direct(new URL(required(outputs, 'ApiUrl')));
  const prefix = `/_aws/execute-api/${required(outputs, 'ApiId')}`;
  return { forwarder, path: (path) => `${prefix}${path}` };
}

function toFunctionUrl(engine: EngineId, text: string, forwarder: Forwarder): Destination {
  const url = new URL(text);
  switch (engines[engine].functionUrls) {
    case 'direct':
      return direct(url);
    case 'host':
      return { forwarder, path: (path) => path, host: url.host };
    case 'path': {
      const prefix = `/_aws/lambda-url/${url.hostname.split('.', 1)[0]}`;
      return { forwarder, path: (path) => `${prefix}${path}` };
    }
  }
}

function direct(url: URL): Destination {
  return { forwarder: new Forwarder({ url }), path: (path) => path, host: url.host };
}

function required(outputs: Outputs, key: string): string {
  const value = outputs[key];
  if (value) return value;
  throw new CliError(
    'output_missing',
    `the deployed stacks have no output ${key} (they have ${Object.keys(outputs).join(', ') || 'none'})`,
    'Choose a stage that the engine supports: without HTTP API, a Function URL stage (--stage local-url).',
  );
}
