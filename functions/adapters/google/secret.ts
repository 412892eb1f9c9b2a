import { readFile } from 'node:fs/promises';
import type { SecretStore } from '../../ports/secret.ts';

/**
 * A secret of Secret Manager that Cloud Run mounts as a file: each read gets the newest version, without a client in the
 * package. https://cloud.google.com/run/docs/configuring/services/secrets
 */
export const secret = (path: string): SecretStore => ({ read: () => readFile(path, 'utf8') });
