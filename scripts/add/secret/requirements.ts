import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretRows } from '../../../stacks/model/secrets.ts';
import { serviceNames } from '../../../stacks/model/services.ts';
import { UsageError } from '../../cli/cli.ts';
import type { SecretSpelling } from './spelling.ts';

/** Physical names have limits, the shortest on Azure: 64 characters with project and stage. */
const shortest = 3;
const longest = 16;

/** The services that call another party, on every cloud: only they need a secret. */
export const readers = ['fulfilment'] as const;
export type Reader = (typeof readers)[number];

const isReader = (service: string): service is Reader => readers.some((one) => one === service);

/** @throws when no function of the service can read a secret */
export function requireReader(service: string): Reader {
  if (isReader(service)) return service;
  const isKnown = serviceNames.some((one) => one === service);
  const why = isKnown ? 'calls no other party' : 'is not a service';
  throw new UsageError(
    'usage',
    `--service is '${service}', which ${why}; must be ${readers.join(' or ')}`,
    'For example: npm run add -- secret carrier --service fulfilment. For another service: docs/adding.md.',
  );
}

/** @throws when the name cannot be that of a secret */
export function requireSecretName(spelling: SecretSpelling, folder: string): void {
  const { holder } = spelling;
  if (!/^[a-z]+$/.test(holder)) throw refused(`'${holder}' must be one word of the letters a to z, such as carrier`);
  if (holder.length < shortest || holder.length > longest)
    throw refused(`'${holder}' must have ${shortest} to ${longest} letters, has ${holder.length}`);
  const row = Object.entries(secretRows).find(([, one]) => one.holder === holder);
  const place = row ? `the secret ${row[0]}` : findPlace(spelling, folder);
  if (place !== undefined) throw new UsageError('name_taken', `'${holder}' is taken: ${place}`, 'Choose another name.');
}

const refused = (message: string) => new UsageError('name_refused', message, 'Choose another name.');

/** The place where the code already uses one of its names. */
function findPlace({ secret, env, port }: SecretSpelling, folder: string): string | undefined {
  const own = new RegExp(`\\b(${env}|${port}|${env.toLowerCase()})\\b|['"\`/]${secret}['"\`/]`);
  const files = globSync('{functions,stacks,scripts/{clouds,lab,operations,platform}}/**/*.ts', {
    cwd: folder,
    exclude: (path) => path.includes('node_modules'),
  });
  for (const path of files.sort()) {
    const line = readFileSync(join(folder, path), 'utf8')
      .split('\n')
      .findIndex((one) => own.test(one));
    if (line >= 0) return `${path}:${line + 1}`;
  }
  return undefined;
}
