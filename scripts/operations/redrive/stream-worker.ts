import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { toText } from '../../../functions/lib/bytes.ts';
import { parseJson } from '../../../functions/runtime/parse-json.ts';
import type { ClientConfig } from '../../sale/check/read-stores.ts';
import type { DeadLetter, Destination, Sending } from './ports.ts';

const batchAnswer = z.object({ batchItemFailures: z.array(z.unknown()) }).nullable();

/**
 * A stream worker as the destination of its failures. A record cannot be put back into a stream, so it is sent to the
 * function. The function recognises repetitions, so after a lost response the call is simply repeated.
 */
export function streamWorker(functionName: string, qualifier: string, config: ClientConfig): Destination {
  const lambda = new LambdaClient(config);

  async function invoke({ body }: DeadLetter): Promise<Sending> {
    // Passed on verbatim: parsing and formatting could change its numbers.
    const Payload = `{"Records":[${toText(body)}]}`;
    const call = new InvokeCommand({ FunctionName: functionName, Qualifier: qualifier, Payload });
    const answer = await lambda.send(call).catch(() => undefined);
    if (!answer || answer.FunctionError) return 'refused';
    const result = parseJson(Buffer.from(answer.Payload ?? []).toString() || 'null');
    return batchAnswer.safeParse(result).data?.batchItemFailures.length ? 'refused' : 'sent';
  }

  return {
    name: functionName,
    send: async (letters) =>
      new Map(await Promise.all(letters.map(async (letter) => [letter.id, await invoke(letter)] as const))),
    copiesOf: async () => new Set(),
  };
}
