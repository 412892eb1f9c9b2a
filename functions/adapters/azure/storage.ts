import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';
import { DefaultAzureCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import * as z from 'zod';
import { findFault } from '../../lib/fault.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import { type QueueName, tableName } from './resources.ts';

/** App settings, named as for identity-based connections so that triggers and clients share them. */
export const storageEnv = {
  /** A connection string with a key: local runs only. */
  DATA: z.string().min(1).optional(),
  DATA__tableServiceUri: z.url().optional(),
  DATA__queueServiceUri: z.url().optional(),
  /** The client id of the app's user-assigned identity. */
  DATA__clientId: z.string().min(1).optional(),
};

export type StorageSettings = z.infer<z.ZodObject<typeof storageEnv>>;

export interface Storage {
  readonly table: TableClient;
  queue(name: QueueName | `${QueueName}-poison`): QueueClient;
}

/** Few, short retries: the queue redelivers, and a waiting client blocks its function. */
const tries = 3;
const tryTimeoutMs = 3_000;
const firstRetryMs = 50;
const longestRetryMs = 500;

export const requestOptions = { timeout: tryTimeoutMs };

/**
 * Present in every response of the service:
 * https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2
 */
const ownHeader = 'x-ms-request-id';
/** Statuses that the SDK retries, and reports when the retries fail. */
const isRetried = (status: number) => status >= 500 || status === 429;

/** Rejects a proxy's page or a redirect, which the SDK would take for an empty list or a refusal of the service. */
const httpClient: HttpClient = {
  async sendRequest(request) {
    const response = await direct.sendRequest(request);
    if (isRetried(response.status) || response.headers.get(ownHeader) !== undefined) return response;
    throw otherServer(new URL(request.url).host, response.status);
  },
};
const direct = createDefaultHttpClient();

const tableOptions = {
  httpClient,
  retryOptions: { maxRetries: tries - 1, retryDelayInMs: firstRetryMs, maxRetryDelayInMs: longestRetryMs },
};
const queueOptions = (maxTries: number) => ({
  retryOptions: {
    maxTries,
    tryTimeoutInMs: tryTimeoutMs,
    retryDelayInMs: firstRetryMs,
    maxRetryDelayInMs: longestRetryMs,
  },
});

/** Turns every fault of the service into RetryLater: the outcome is unknown, and a retry is safe. */
export function unlessTransient(error: unknown): unknown {
  const cause = findFault(error) ? error : findOtherServer(error);
  return cause ? new RetryLater('Azure Storage did not answer', { cause }) : error;
}

/** The queue client accepts no `HttpClient` of its own, and rejects unexpected responses itself. */
function findOtherServer(error: unknown): Error | undefined {
  const { response } = error as { response?: { status: number; headers?: { get(name: string): string | undefined } } };
  if (!response?.headers || response.headers.get(ownHeader) !== undefined) return undefined;
  return otherServer('the queue service', response.status, error);
}

function otherServer(name: string, status: number, cause?: unknown): Error {
  const error = new Error(`Azure Storage did not answer for ${name}, another server did: status ${status}`, { cause });
  return Object.assign(error, { code: 'EPROTO' });
}

/** Credentials and retry policy. */
export interface Access {
  readonly credential?: TokenCredential;
  /** Attempts per queue call. */
  readonly queueTries?: number;
}

/** Credentials of the user signed in on this machine: for tools, never for functions. */
export const signedIn = (): TokenCredential => new DefaultAzureCredential();

export function openStorage(settings: StorageSettings, { credential, queueTries = tries }: Access = {}): Storage {
  if (settings.DATA !== undefined) return withKey(settings.DATA, queueTries);
  const { DATA__tableServiceUri: tables, DATA__queueServiceUri: queueService, DATA__clientId: clientId } = settings;
  const identity = credential ?? (clientId ? new ManagedIdentityCredential({ clientId }) : undefined);
  if (!tables || !queueService || !identity) {
    throw new Error(
      'the storage account is not configured: set DATA__tableServiceUri, DATA__queueServiceUri and DATA__clientId, as the stack does',
    );
  }
  const service = new QueueServiceClient(queueService, identity, queueOptions(queueTries));
  return {
    table: new TableClient(tables, tableName, identity, tableOptions),
    queue: (name) => service.getQueueClient(name),
  };
}

function withKey(connectionString: string, queueTries: number): Storage {
  const service = QueueServiceClient.fromConnectionString(connectionString, queueOptions(queueTries));
  const allowInsecureConnection = service.url.startsWith('http://127.0.0.1:');
  return {
    table: TableClient.fromConnectionString(connectionString, tableName, { ...tableOptions, allowInsecureConnection }),
    queue: (name) => service.getQueueClient(name),
  };
}
