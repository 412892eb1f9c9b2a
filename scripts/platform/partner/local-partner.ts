import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fulfilmentEnvironment } from '../../../stacks/model/environments/fulfilment-environment.ts';
import { stages, withPartner } from '../../../stacks/model/stages/stages.ts';
import type { Workspace } from '../process/workspace.ts';
import { startPartner } from './partner.ts';

/** A partner, and the environment of functions that call it. Both have a new secret; the functions read it from a file. */
export async function startLocalPartner({ folder }: Workspace) {
  const path = join(folder, 'partner-secret');
  const secret = randomBytes(36).toString('base64');
  writeFileSync(path, secret, { mode: 0o600 });
  const partner = await startPartner({ secrets: [secret] });
  const stage = withPartner(stages.local, partner.url);
  return { partner, environment: { ...fulfilmentEnvironment(stage), STAGE: stage.name, PARTNER_SECRET: path } };
}
