import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const readGuide = (cloud: string): string =>
  readFileSync(join(import.meta.dirname, '../../../../docs/deploying', `${cloud}.md`), 'utf8');

/** The permissions that a cloud's guide lists for the doctor. */
export function listedIn(cloud: string): string[] {
  const [, list = ''] = /^Permissions it needs, all read-only: ([\s\S]*?)\.\n\n/m.exec(readGuide(cloud)) ?? [];
  return [...list.matchAll(/`([^`]+)`/g)].map(([, action = '']) => action);
}
