import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of a synthesized template that the platform reads. */
export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: TableProperties }>>;
}

interface TableProperties {
  readonly TableName?: string;
  readonly TimeToLiveSpecification?: { readonly AttributeName?: string; readonly Enabled?: boolean };
}

export function readTemplates(cloudAssembly: string): Template[] {
  return readdirSync(cloudAssembly)
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => JSON.parse(readFileSync(join(cloudAssembly, name), 'utf8')) as Template);
}

/** Reads one stack's synthesized template; undefined if the stage lacks the stack. */
export function readTemplate<T>(cloudAssembly: string, stack: string): T | undefined {
  const file = join(cloudAssembly, `${stack}.template.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}
