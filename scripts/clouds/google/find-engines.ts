import { accessSync, constants, existsSync, globSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { CliError } from '../../cli/cli.ts';

/** The local replacement for a Google service. */
export type Engine =
  /** An endpoint that already runs, named by the environment. */
  | { readonly kind: 'endpoint'; readonly host: string }
  /** Google's own emulator, from a Cloud SDK. */
  | { readonly kind: 'emulator'; readonly java: string; readonly args: readonly string[] }
  /** A small server from npm and this project, for a machine without a Cloud SDK: weaker evidence. */
  | { readonly kind: 'fallback' };

export interface Engines {
  readonly firestore: Engine;
  readonly pubsub: Engine;
}

/** Runs are short: the optimizing compiler would take longer than it saves. */
const jvm = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/**
 * Prefers endpoints that are set, then Google's emulators with Java, then the npm fallback. GOOGLE_ENGINES=fallback takes
 * the fallback in any case.
 */
export function findEngines(env: NodeJS.ProcessEnv = process.env): Engines {
  const { GOOGLE_ENGINES: wanted } = env;
  if (wanted === 'fallback') return { firestore: { kind: 'fallback' }, pubsub: { kind: 'fallback' } };
  if (wanted !== undefined)
    throw new CliError('usage', `GOOGLE_ENGINES is '${wanted}', can only be fallback`, 'Unset it.');
  const java = onPath('java', env.JAVA_HOME ? join(env.JAVA_HOME, 'bin') : '', env);
  const roots = sdkRoots(env);
  const findJar = (pattern: string) => roots.flatMap((root) => globSync(join(root, 'platform', pattern)))[0];
  const emulator = (jar: string | undefined, args: (jar: string) => readonly string[]): Engine =>
    java && jar ? { kind: 'emulator', java, args: args(jar) } : { kind: 'fallback' };
  const firestoreMain = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';
  const at = (host: string | undefined): Engine | undefined => (host ? { kind: 'endpoint', host } : undefined);
  return {
    firestore:
      at(env.FIRESTORE_EMULATOR_HOST) ??
      emulator(findJar('cloud-firestore-emulator/*.jar'), (jar) => [
        ...jvm,
        '-Xmx512m',
        '-cp',
        jar,
        firestoreMain,
        'start',
      ]),
    pubsub:
      at(env.PUBSUB_EMULATOR_HOST) ??
      emulator(findJar('pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar'), (jar) => [
        ...jvm,
        '-Xmx256m',
        '-jar',
        jar,
      ]),
  };
}

/** One line that names the engines, and so how strong the evidence is. */
export function describeEngines({ firestore, pubsub }: Engines): string {
  const words = { endpoint: 'the endpoint that is set', emulator: "Google's emulator", fallback: 'the npm fallback' };
  return `Firestore: ${words[firestore.kind]}; Pub/Sub: ${words[pubsub.kind]}`;
}

function sdkRoots(env: NodeJS.ProcessEnv): string[] {
  const gcloud = onPath('gcloud', '', env);
  const roots = [env.CLOUDSDK_ROOT, env.CLOUDSDK_ROOT_DIR, gcloud && dirname(dirname(realpathSync(gcloud)))];
  return roots.flatMap((root) => (root && existsSync(root) ? [root] : []));
}

function onPath(program: string, first: string, env: NodeJS.ProcessEnv): string | undefined {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  const folders = [first, ...(env.PATH ?? '').split(delimiter)].filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
