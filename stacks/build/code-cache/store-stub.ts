import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rows } from './first-calls.ts';

interface Input {
  readonly TableName?: string;
  readonly MessageBody?: string;
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** By operation, as in the header `x-amz-target`; any other gets an empty answer. */
const answers: Readonly<Record<string, (input: Input, service: string) => object>> = {
  GetItem: ({ TableName = '' }, service) => ({ Item: rows(service)[TableName] }),
  BatchGetItem: () => ({ Responses: {}, UnprocessedKeys: {} }),
  TransactGetItems: () => ({ Responses: [{ Item: { left: { N: '9' }, allocated: { N: '0' } } }] }),
  SendMessage: ({ MessageBody = '' }) => ({ MessageId: '1', MD5OfMessageBody: md5(MessageBody) }),
  GetSecretValue: () => ({ SecretString: 'the secret of the first call, long enough' }),
  PutEvents: () => ({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }),
};

/** Stands in for DynamoDB, SQS, EventBridge and Secrets Manager during a first call, on loopback. */
export async function startStoreStub(serviceOf: () => string): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const input = pieces.length > 0 ? JSON.parse(Buffer.concat(pieces).toString()) : {};
      const body = JSON.stringify(answers[operation]?.(input, serviceOf()) ?? {});
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': body.length });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}
