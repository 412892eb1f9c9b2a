import { registerHooks } from 'node:module';

/** Stand-ins for modules that an entry or its adapters import. */
export type StandIns = Readonly<Record<string, URL>>;

const functions = new URL('../../../../functions/', import.meta.url).href;

/**
 * A cloud's entry runs once, when it is loaded. Wrapped in a function `coldStart`, it starts a new environment per
 * call, optionally with other settings. The environment variables are parsed only once, which otherwise takes longer
 * than everything else.
 */
export function hookEntries(file: 'azure' | 'google', standIns: StandIns): void {
  const isEntry = (url: string) =>
    url.startsWith(functions) && url.slice(functions.length).split('/')[1] === `${file}.ts`;
  registerHooks({
    resolve(specifier, context, next) {
      const standIn = context.parentURL?.startsWith(functions) ? standIns[specifier] : undefined;
      return standIn ? { url: standIn.href, shortCircuit: true } : next(specifier, context);
    },
    load(url, context, next) {
      const loaded = next(url, context);
      return isEntry(url) ? { ...loaded, source: asColdStart(url, String(loaded.source)) } : loaded;
    },
  });
}

function asColdStart(url: string, source: string): string {
  const [, imports, body = ''] = /^((?:import[^;]+;\n)+)([\s\S]*)$/.exec(source) ?? [];
  const [read] = /readEnv\((?:\{[^}]*\}|\w+)\)/.exec(body) ?? [];
  if (!imports || !read) throw new Error(`${url} must begin with its imports, and read its environment once`);
  const start = body.replace(read, 'settings');
  const begin = `Object.assign(settings, given);\n${start}`;
  return `${imports}const settings = ${read};\nexport function coldStart(given) {\n${begin}\n}\n`;
}

/** @param given overrides variables of the environment */
export type ColdStart = (given?: Readonly<Record<string, number>>) => void;

export async function loadEntry(service: string, file: 'azure' | 'google'): Promise<ColdStart> {
  return ((await import(`${functions}${service}/${file}.ts`)) as { coldStart: ColdStart }).coldStart;
}
