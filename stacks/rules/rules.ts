import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from './rule.ts';

/** The default export of `<cloud>/rules.ts`. */
type Module = { readonly default: readonly Rule[] };

/** A fork may have deleted a cloud. */
const folders = ['aws', 'azure', 'google'].filter((cloud) => existsSync(join(import.meta.dirname, cloud, 'rules.ts')));
const modules = await Promise.all(folders.map((cloud): Promise<Module> => import(`./${cloud}/rules.ts`)));

export const rules: readonly Rule[] = modules.flatMap((module) => module.default);
