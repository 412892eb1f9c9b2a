import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { FunctionFailed, type Functions } from '../../ports/releases.ts';
import { clientSettings } from './clients/client-settings.ts';

/** Above the slowest function's time limit. A retry would place a second order, so each call is tried once. */
const settings = { ...clientSettings, maxAttempts: 1 };
const requestTimeout = 70_000;

/** The stage's functions, by the prefix of their names. */
export function functions(
  prefix: string,
  client = new LambdaClient({ ...settings, requestHandler: { ...settings.requestHandler, requestTimeout } }),
): Functions {
  return {
    async call(service, qualifier, event) {
      const { FunctionError, Payload } = await client.send(
        new InvokeCommand({
          FunctionName: `${prefix}${service}`,
          Qualifier: qualifier,
          Payload: JSON.stringify(event),
        }),
      );
      const text = Payload ? Buffer.from(Payload).toString() : '';
      if (FunctionError !== undefined)
        throw new FunctionFailed(`${service}:${qualifier} failed (${FunctionError}): ${text.slice(0, 500)}`);
      return text === '' ? null : JSON.parse(text);
    },
  };
}
