import { createHash } from 'node:crypto';
import { firstEvents, rows } from '../../../stacks/build/code-cache/first-calls.ts';
import { readBody } from '../../platform/http/body.ts';
import { listen } from '../../platform/http/listen.ts';

interface Input {
  readonly TableName?: string;
  readonly Key?: { readonly pk?: { readonly S?: string } };
  readonly MessageBody?: string;
  readonly Entries?: readonly object[];
}

/** Id of the order in the recorded first calls. Each record of a batch gets its own id. */
const orderPattern = /[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const orderIdOf = (index: number) => `6c1f1c55-6f0b-5f3e-9c7a-${String(index + 1).padStart(12, '0')}`;

/** The event of a batch, built from the function's recorded first call. */
export function batchOf(service: string, size: number): object {
  const event = firstEvents[service] as { readonly Records?: readonly object[] } | undefined;
  const [record] = event?.Records ?? [];
  if (!event || !record) return event ?? {};
  const text = JSON.stringify(record);
  const Records = Array.from({ length: size }, (_, index) => {
    const own = JSON.parse(text.replaceAll(orderPattern, orderIdOf(index))) as { dynamodb?: object };
    const id = String(index + 1);
    return own.dynamodb
      ? { ...own, eventID: id, dynamodb: { ...own.dynamodb, SequenceNumber: id } }
      : { ...own, messageId: id };
  });
  return { Records };
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Answers by operation. Any other operation gets an empty answer. */
const answers: Readonly<Record<string, (input: Input, service: string) => object>> = {
  GetItem({ TableName = '', Key }, service) {
    const row = JSON.stringify(rows(service)[TableName] ?? null);
    const id = Key?.pk?.S?.slice('ORDER#'.length) ?? '';
    return { Item: JSON.parse(TableName === 'orders' ? row.replaceAll(orderPattern, id) : row) ?? undefined };
  },
  BatchGetItem: () => ({ Responses: {}, UnprocessedKeys: {} }),
  SendMessage: ({ MessageBody = '' }) => ({ MessageId: '1', MD5OfMessageBody: md5(MessageBody) }),
  PutEvents: ({ Entries = [] }) => ({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: '1' })) }),
  GetSecretValue: () => ({ SecretString: 'tune-secret-tune-secret-tune-secret' }),
};

/** Stores on loopback that answer at once, so that only the function's own work is measured. */
export async function startStores(): Promise<{
  url: string;
  serve: (service: string) => void;
  close: () => Promise<void>;
}> {
  let service = '';
  const listener = await listen(0, 'stores of tune', async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const text = (await readBody(request)).toString();
    const body = JSON.stringify(answers[operation]?.(JSON.parse(text || '{}') as Input, service) ?? {});
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': body.length });
    response.end(body);
  });
  return {
    url: listener.url,
    serve: (name) => {
      service = name;
    },
    close: () => listener.close(),
  };
}
