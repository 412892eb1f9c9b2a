import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Settings of a stage that differ in each run: addresses with random ports, and new keys. */
export interface RunAddresses {
  readonly issuer: string;
  readonly jwks: string;
  readonly partner: string;
}

/** Placeholders in an assembly shared by many runs. Valid as settings, and used nowhere else in a template. */
export const standIns: RunAddresses = {
  issuer: 'http://issuer-of-this-run.localhost',
  jwks: 'jwks-of-this-run',
  partner: 'http://partner-of-this-run.localhost',
};

/** Replaces the placeholders in every template of an assembly. */
export function fillIn(assembly: string, addresses: RunAddresses): void {
  for (const name of readdirSync(assembly).filter((file) => file.endsWith('.template.json'))) {
    const file = join(assembly, name);
    writeFileSync(file, fillInText(readFileSync(file, 'utf8'), addresses));
  }
}

export function fillInText(template: string, addresses: RunAddresses): string {
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  const names = Object.keys(standIns) as (keyof RunAddresses)[];
  return names.reduce((text, name) => text.replaceAll(standIns[name], () => inJson(addresses[name])), template);
}
