import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fulfilmentEnvironment } from '../../../stacks/model/environments/fulfilment-environment.ts';
import { secretsOf } from '../../../stacks/model/secrets.ts';
import { type SecretName, secretNames, serviceNames } from '../../../stacks/model/services.ts';
import { stages, withPartner } from '../../../stacks/model/stages/stages.ts';
import type { Workspace } from '../process/workspace.ts';
import { startPartner } from './partner.ts';

/** Starts a partner with new secrets, and prepares the environment of functions that call it. */
export async function startLocalPartner({ folder }: Workspace) {
  for (const name of secretNames) writeFileSync(fileOf(folder, name), newSecret(), { mode: 0o600 });
  const partner = await startPartner({ secrets: [readFileSync(fileOf(folder, 'partner-signing-key'), 'utf8')] });
  const stage = withPartner(stages.local, partner.url);
  return { partner, environment: { ...fulfilmentEnvironment(stage), STAGE: stage.name, ...secretFiles(folder) } };
}

const newSecret = () => randomBytes(36).toString('base64');
const fileOf = (folder: string, name: SecretName) => join(folder, name);

/** File of each secret, by the environment variable that names it to the functions. */
const secretFiles = (folder: string): Record<string, string> =>
  Object.fromEntries(serviceNames.flatMap(secretsOf).map(({ env, secret }) => [env, fileOf(folder, secret)]));
